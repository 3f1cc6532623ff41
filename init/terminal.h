/*
 * terminal.h: the controlling terminal and job control, tty_ioctl(4), setpgid(2).
 *
 * Owns: who is in the foreground. The caller's shell knows one job: the process group that the
 * launcher (or nsinit, where it stands alone) is in. The command has a process group of its own,
 * so that a shell inside finds a group that it can name (one outside its PID namespace shows as
 * 0, and dash complains). What follows from two groups is done here: the foreground is handed
 * over only by who has it, a stop of the command is passed on to the caller's job, and a
 * continuation back.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whichever of descriptors 0, 1 and 2 is the controlling terminal, or -1. With -1 the terminal
 * that one may have is no business of the command's.
 */
int terminal_find(void);

/* Is the caller's process group in the foreground? To be asked with SIGTTIN blocked. */
bool terminal_is_ours(int terminal);

/* Makes process group the foreground one. With SIGTTOU blocked that works from the background. */
void terminal_hand_over(int terminal, pid_t group);

/*
 * Lets go of the controlling terminal, so that a session of the command's can take it: it can where
 * nsinit leads the session that has it, as PID 1 of a container does. Then the kernel sends SIGHUP and
 * SIGCONT to the foreground process group, in nsinit's name, and nsinit is one of that group.
 */
void terminal_leave(int terminal);

/* Takes it, in the process that leads the new session. */
void terminal_take(int terminal);

/*
 * Does to the caller's process group what the terminal would have done with stop signal
 * `signal`, and returns when it is continued. False: nothing stopped, because nobody could have
 * continued it (an orphaned process group, setpgid(2)) or because the signal is ignored.
 */
bool terminal_stop_group(int signal);

#endif
