/*
 * signals.h: signals as both programs receive and forward them.
 *
 * Owns: the blocking of all 64 signals, how they are taken one by one, and how one is sent on so
 * that what the kernel lets one keep is kept. Both programs live with every signal
 * blocked: nothing runs in a handler, and nothing is lost before there is somebody to tell.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The state that the command is to find as the program was given it. */
struct signals_inherited {
	uint64_t mask;	    /* blocked signals, bit n-1 for signal n */
	bool child_ignored; /* SIGCHLD was ignored, signal(7) */
};

/*
 * Blocks all signals and gives SIGCHLD its default action: where it is ignored the kernel reaps,
 * and waiting for a child finds none. Ends the program where that fails.
 */
void signals_take(struct signals_inherited *inherited);

/*
 * Undoes signals_take, the mask last: from then on a signal acts. For a child before its exec. False and
 * errno on error.
 */
bool signals_give_back(const struct signals_inherited *inherited);

/*
 * The signals, a bit each as in a mask, that people and service managers end a program with, INT, TERM, HUP
 * and QUIT, but for those that the caller had blocked or ignored.
 */
uint64_t signals_ends(const struct signals_inherited *inherited);

/*
 * The number of a signal: 1 to 64, a name with or without SIG, RTMIN, RTMIN+n, RTMAX or RTMAX-n
 * (RTMIN is 34, as the C libraries have it). 0: it is none.
 */
int signals_number(const char *text);

/*
 * Takes the next signal; for that it sleeps up to wait_ms, or, with SIGNALS_FOREVER, until there is
 * one. It takes one system call, where a descriptor takes two, and counts where signals are all that
 * there is to wait for. False: there was none.
 */
bool signals_next(siginfo_t *received, int wait_ms);
enum { SIGNALS_FOREVER = -1 };

/*
 * A close-on-exec descriptor that poll(2) says POLLIN of while a signal is pending. Ends the
 * program where there is none.
 */
int signals_open(void);

/*
 * Leaves room in the user's queue of pending signals for who they are forwarded to: this process
 * takes no more than `part` of `parts` of what RLIMIT_SIGPENDING allows. Otherwise a sender that
 * fills our queue, which counts for the same user, could make forwarding impossible for ever.
 */
void signals_leave_room(unsigned int part, unsigned int parts);

/*
 * Sends a received signal on to process pid, as `signal`: a queued one (sigqueue(3)) with its
 * value, others as by kill(2). False: the queue is full, try again. A process that has gone is no
 * error.
 */
bool signals_forward(pid_t pid, int signal, const siginfo_t *received);

#endif
