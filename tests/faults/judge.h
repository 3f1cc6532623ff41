/*
 * judge.h: what was done to a launch, and whether what came of it is a fault.
 *
 * Owns: the rules, and the words of the report. A result is a text of REPORT_BYTES bytes; it stays empty
 * where all is well.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>

#include "launch.h"

enum { REPORT_BYTES = 4096, STATUS_OF_LOOK = 7 /* look.c */ };

/* A moment in a launch: before a call, or, with number -1, when the command's program is there. */
struct point {
	enum trace_role role;
	unsigned index;
	long number;
	long request;
};

enum what { FAIL, MISSING, KILL, SIGNAL };

/* What is to happen in one launch. */
struct disturbance {
	enum what what;
	struct point point;
	int error;		/* fail: that is the call's result */
	enum trace_role victim; /* kill: who it is */
	int signal;		/* signal: which one the launcher gets */
	bool happened;
	bool late;  /* signal: nobody could stop the exec in time, see visit_signal */
	bool moved; /* another call was at that number */
};

/* Where it happened, and what. */
void judge_describe_point(char *text, const struct kind *kind, const struct point *point);
void judge_describe(char *text, const struct kind *kind, const struct disturbance *what);

/* Whether two commands and their nsinits saw and were the same; `what` stands before the difference. */
bool judge_same(char *result, const char *what, const struct launch *expected,
		const struct launch *found);

/* False: not all have ended, and they were ended now. */
bool judge_end(char *result, struct launch *launch, enum trace_end end);

/* Once it has ended and was read: by what was done to it. */
void judge_failure(char *result, struct launch *launch, const struct disturbance *what,
		   const struct launch *reference);
void judge_kill(char *result, const struct launch *launch, const struct disturbance *what);
void judge_signal(char *result, const struct launch *launch, const struct disturbance *what);

/* In every case. */
void judge_left_behind(char *result);

#endif
