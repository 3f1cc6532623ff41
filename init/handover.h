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

enum { HANDOVER_VERSION = 2 };

enum handover_kind {
	/* from the launcher */
	HANDOVER_GO = 1,     /* the parent's half is done: begin */
	HANDOVER_NETWORK,    /* with a descriptor: the network namespace */
	HANDOVER_FOREGROUND, /* the caller's job is in the foreground: hand the terminal over and
			      * let the command go on */
	HANDOVER_CONTINUE,   /* it is not, but let the command go on */
	HANDOVER_TERMINAL,   /* the terminal sent signal `value` to the caller's process group */
	/* from nsinit */
	HANDOVER_EXECUTED, /* the command was executed */
	HANDOVER_FAILED,   /* it was not, and a message has said why: errno `value` */
	HANDOVER_STOPPED,  /* job control stopped the command by signal `value` */
};

struct handover_message {
	uint8_t version;
	uint8_t kind;
	uint16_t reserved; /* 0 */
	int32_t value;
};

/* False where the other side is gone. Never raises SIGPIPE, never waits for room. */
bool handover_send(int socket, enum handover_kind kind, int value);

/* The same, with a descriptor that the other side is given a copy of. Waits for room. */
bool handover_send_descriptor(int socket, enum handover_kind kind, int descriptor);

enum handover_result { HANDOVER_MESSAGE, HANDOVER_NONE, HANDOVER_END };

/* Takes the next message; with wait, waits for one. A malformed one ends the program. */
enum handover_result handover_receive(int socket, bool wait, struct handover_message *message);

/* Waits for a message of that kind and returns its descriptor, close-on-exec. -1: the other side is gone. */
int handover_receive_descriptor(int socket, enum handover_kind kind);

#endif
