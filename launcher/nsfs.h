/*
 * nsfs.h: namespaces that have a file: those that are joined, and those that outlive the command.
 *
 * Owns: --share NAME=FILE and --persist NAME=FILE. The kernel's name for such files is nsfs, see
 * namespaces(7).
 */
#ifndef NSFS_H
#define NSFS_H

#include <stdbool.h>
#include <sys/types.h>

struct launch;

/* One --persist. */
struct persisted {
	struct persisted *next;
	unsigned int flag; /* CLONE_NEW* */
	const char *kind;  /* its name in /proc/PID/ns */
	char *file;
	int tree;	  /* the namespace, mounted nowhere yet */
	bool made, bound; /* by us */
};

/* Takes NAME=FILE. Bad input ends the program. */
void nsfs_read_persist(struct launch *launch, char *value);

/* Opens and checks what is to be joined, and checks what is to be kept; one line and 125 if it cannot be. */
void nsfs_check(struct launch *launch);

/* This process joins them, and with it what it starts: a user namespace first, setns(2). */
void nsfs_join(const struct launch *launch);

/* The parent's half: gets hold of the new namespaces of process pid; nothing is made yet. */
void nsfs_hold(const struct launch *launch, pid_t pid);

/*
 * Binds them to their files, once the command has been executed: until then a launch that is killed leaves
 * nothing. False and errno where one cannot be; what has been made is taken back, and a message has said why.
 */
bool nsfs_persist(const struct launch *launch);

/* Takes that back, where nothing has run in them. */
void nsfs_forget(const struct launch *launch);

#endif
