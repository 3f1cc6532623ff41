/*
 * identity.h: who the command is to be, from names to numbers.
 *
 * Owns: what --user and --groups mean where they name users and groups of the rootfs, and what follows
 * from the entry of a user: its group, the groups that list it, its home directory and shell. Not how a
 * process becomes that user: credentials.h.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "init.h"
#include "users.h"

/*
 * Fills uid, gid and groups of init, as far as they were asked for. root: where the files are looked for,
 * see users.h. Returns the user's entry in `entry`, or NULL where there is none. A name that is not there
 * ends the program.
 */
const struct users_entry *identity_find(struct init *init, int root, struct users_entry *entry);

#endif
