/*
 * lifeline.h: nsinit's side of the socket to its launcher.
 *
 * Owns: that nsinit begins when the launcher says so, ends when the launcher dies, and tells it
 * what became of the command. Without --launcher-fd nothing here does anything.
 */
#ifndef LIFELINE_H
#define LIFELINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "handover.h"
#include "init.h"

/* Waits for GO where --wait asks for it. End-of-file before it: the launcher died, and so do we. */
void lifeline_wait(const struct init *init);

/*
 * --wait-network: enters the network namespace that the launcher has made meanwhile, once it has. Before
 * anything that shows its devices is mounted.
 */
void lifeline_enter_network(const struct init *init);

/*
 * From here on the launcher's death is this process's, whatever it is doing: prctl(2)
 * PR_SET_PDEATHSIG. To be called again after a change of credentials, which undoes it, with the socket
 * still open: the launcher may have died in between.
 */
void lifeline_tie(const struct init *init);

/*
 * Whether no PID namespace of ours ends with nsinit (--share pid): then nsinit has to end what is inside,
 * and must live to do so.
 */
bool lifeline_is_all(const struct init *init);

/*
 * Undoes lifeline_tie in that case; from then on the socket tells, which supervise reads. Before the
 * command is started. Returns nsinit's process id for lifeline_tie_command, or 0: the kernel does it all.
 */
pid_t lifeline_release(const struct init *init);

/*
 * In the command's process: the death of nsinit is its own. To be called again after a change of
 * credentials. False and errno on error.
 */
bool lifeline_tie_command(pid_t nsinit);

/* Tells the launcher, or ends the program. */
void lifeline_report(const struct init *init, enum handover_kind kind, int value);

#endif
