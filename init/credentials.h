/*
 * credentials.h: who the command is and what it may do: credentials(7), capabilities(7).
 *
 * Owns: the order in which privileges go. Each function says in whose process it runs.
 */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "init.h"

/*
 * In the command's process, right before its exec. Takes its ids and leaves it the bounding set,
 * nothing inheritable, nothing ambient, and no_new_privs where asked. False and errno where the
 * step under way failed.
 */
bool credentials_take(const struct init *init);

/*
 * In nsinit, before anything is made. An id of the host that has no place in the new user namespace
 * could own nothing there: EOVERFLOW, user_namespaces(7). Capabilities stay, as neither id is root's
 * before it. Ends the program on error.
 */
void credentials_set_up(const struct init *init);

/*
 * In nsinit, before the command exists. Keys that the caller's session holds, session-keyring(7), are
 * not the command's: a keyring is inherited through everything, and through namespaces too.
 */
void credentials_leave_keyring(const struct init *init);

/*
 * Whether this process is in another user namespace than the kernel's first one. To be asked while
 * the host's /proc is there.
 */
bool credentials_in_user_namespace(void);

/* In nsinit, once the command runs: what it takes to forward signals to any user stays. */
void credentials_keep_kill(void);

/* What this process may not do for want of a capability, as a line of advice; NULL: it is none of these. */
const char *credentials_missing(void);

#endif
