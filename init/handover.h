/*
 * handover.h: what the launcher and nsinit say to each other while the container lives.
 *
 * Owns: the messages on the socket between them (SOCK_SEQPACKET, close-on-exec). It carries time,
 * not description: what to do comes by options. Each message opens with the protocol's version.
 * The end of the stream is never good news: to nsinit it means that the launcher died, to the
 * launcher that nsinit ended; neither is taken for an answer.
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

enum { HANDOVER_VERSION = 3 };

enum handover_kind {
	/* from the launcher */
	HANDOVER_GO = 1,     /* the parent's half is done: begin */
	HANDOVER_NETWORK,    /* with a descriptor: the network namespace */
	HANDOVER_FOREGROUND, /* the caller's job is in the foreground: hand the terminal over and
			      * let the command go on */
	HANDOVER_CONTINUE,   /* it is not, but let the command go on */
	HANDOVER_TERMINAL,   /* the terminal sent signal `value` to the caller's process group */
	/* from nsinit */
	HANDOVER_EXECUTED, /* the command was executed. That it was not, nsinit's exit status says */
	HANDOVER_STOPPED,  /* job control stopped the command by signal `value` */
};

struct handover_message {
	uint8_t version;
	uint8_t kind;
	uint16_t reserved; /* 0 */
	int32_t value;
};

/*
 * Sends a message, or ends the program: the other side would wait for it for ever. Where memory or room is
 * short it is tried again for a second. Where the other side is gone nothing is sent, which is no error:
 * who waits for that side learns how it ended. Never raises SIGPIPE.
 */
void handover_send(int socket, enum handover_kind kind, int value);

/* The same, once: false where memory or room is short, and it is to be tried again. */
bool handover_try(int socket, enum handover_kind kind, int value);

/* handover_send, with a descriptor that the other side is given a copy of. */
void handover_send_descriptor(int socket, enum handover_kind kind, int descriptor);

enum handover_result {
	HANDOVER_MESSAGE,
	HANDOVER_NONE,	 /* there is none now */
	HANDOVER_END,	 /* the other side has closed its end */
	HANDOVER_BROKEN, /* it cannot be read: errno */
};

/* Takes the next message; with wait, waits for one. A malformed one ends the program. */
enum handover_result handover_receive(int socket, bool wait, struct handover_message *message);

/*
 * Waits for a message of that kind and returns its descriptor, close-on-exec. -1: the other side is gone.
 * Ends the program where it cannot be read.
 */
int handover_receive_descriptor(int socket, enum handover_kind kind);

/* Ends the program: HANDOVER_BROKEN, where there is no way on without that message. */
noreturn void handover_die(void);

#endif
