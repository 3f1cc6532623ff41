/*
 * message.h: what the programs say: errors, notes, and the steps that they take.
 *
 * Owns: the form of a line on standard error (`program: text`), the verbosity, and the text of
 * the step under way. A step's text is written once, in the imperative ("mount proc on /proc"):
 * --explain prints it, --verbose prints it, and its failure is "cannot " and the same words.
 * Every text is a list of words, put side by side; none is a format string.
 *
 * What is said raises no signal (SIGPIPE, SIGXFSZ). What cannot be written to the standard output, which was
 * asked for, ends the program; of what cannot be written to standard error nobody can be told.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <errno.h>
#include <stdbool.h>
#include <stdnoreturn.h>

#include "text.h"

enum message_level {
	MESSAGE_QUIET,	 /* errors only */
	MESSAGE_NORMAL,	 /* and notes */
	MESSAGE_VERBOSE, /* and each step as it is done, on standard error */
	MESSAGE_EXPLAIN, /* each step on standard output, and nothing is done */
};

/* What stands before the colon; set by main before anything can fail. */
extern const char *message_program;
extern enum message_level message_level;

/* The exit status of our own failures: STATUS_FAILED, or another init's under its name. */
extern int message_failure;

/* One line on standard error, and the end; with an errno, its text after a colon. */
noreturn void message_die(int error, const char *hint, const char *const *words);
#define die(...) message_die(0, NULL, TEXT_WORDS(__VA_ARGS__))
#define die_errno(...) message_die(errno, NULL, TEXT_WORDS(__VA_ARGS__))

/* The same with a status of its own, and without the exit; hint (or NULL) is a second line. */
void message_error(int error, const char *hint, const char *const *words);

/* Said under --verbose: what was chosen where more than one form would do. */
void message_note(const char *const *words);
#define note(...) message_note(TEXT_WORDS(__VA_ARGS__))

/*
 * Begins a step. True: do it. False: it was only explained; the caller returns.
 * The words, at most 23, are not copied: they have to stay as they are until the next step.
 */
bool message_step(const char *const *words);
#define step(...) message_step(TEXT_WORDS(__VA_ARGS__))

/* Decimal digits of a number for a step's words, at most two of them. */
const char *step_number(int64_t number);

/* The step under way failed with errno; hint says what to do, or is NULL. The end. */
noreturn void step_failed(const char *hint);

/* The same said, without the end: for a caller that has a status of its own. */
void step_error(int error, const char *hint);

/* A line of --help or --version on the standard output; words as above. */
void message_print(const char *const *words);
#define print(...) message_print(TEXT_WORDS(__VA_ARGS__))

#endif
