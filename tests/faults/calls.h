/*
 * calls.h: the system calls that a launch makes, and how each may fail.
 *
 * Owns the table: the name of each call, one or two errors that it can really give, and what is special
 * about it. Knows nothing of processes.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdbool.h>

enum { CALL_ERRORS = 2 };

struct call {
	long number;
	const char *name;
	int errors[CALL_ERRORS]; /* 0: there is none */
	const char *since;	 /* the first Linux that has it; NULL: older ones, too */
	bool never;		 /* it cannot fail: its manual page says so */
	bool done;		 /* it does its work even where it gives an error */
};

/* NULL: the table has no such row. */
const struct call *calls_find(long number);

/* Always some text. */
const char *calls_name(long number);

/* By name, as ENOMEM; 0: not one of the table's. */
int calls_error(const char *name);
const char *calls_error_name(int error);

#endif
