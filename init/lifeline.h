/*
 * lifeline.h: nsinit's side of the socket to its launcher.
 *
 * Owns: that nsinit begins when the launcher says so, ends when the launcher dies, and tells it
 * what became of the command. Without --launcher-fd nothing here does anything.
 */
#ifndef LIFELINE_H
#define LIFELINE_H

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
 * PR_SET_PDEATHSIG. To be called again after a change of credentials, which undoes it.
 */
void lifeline_tie(const struct init *init);

void lifeline_report(const struct init *init, enum handover_kind kind, int value);

#endif
