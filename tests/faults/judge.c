/*
 * judge.c: the rules, of which faults.test has the words. Nothing here starts or traces anything.
 */
#include "judge.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "calls.h"
#include "faults.h"

enum { STATUS_OF_FAILURE = 125, STATUS_KILLED = 128 + SIGKILL };

void judge_describe_point(char *text, const struct kind *kind, const struct point *point)
{
	*text = '\0';
	add_text(text, REPORT_BYTES, "%s %s %u ", kind->name, trace_role_name(point->role),
		 point->index);
	if (point->number < 0)
		add_text(text, REPORT_BYTES, "(executed)");
	else if (point->request >= 0)
		add_text(text, REPORT_BYTES, "%s(%ld)", calls_name(point->number), point->request);
	else
		add_text(text, REPORT_BYTES, "%s", calls_name(point->number));
}

void judge_describe(char *text, const struct kind *kind, const struct disturbance *what)
{
	judge_describe_point(text, kind, &what->point);
	if (what->what == FAIL || what->what == MISSING)
		add_text(text, REPORT_BYTES, " gives %s", calls_error_name(what->error));
	else if (what->what == KILL)
		add_text(text, REPORT_BYTES, ", %s killed", trace_role_name(what->victim));
	else
		add_text(text, REPORT_BYTES, ", signal %d", what->signal);
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text; text++)
		lines += *text == '\n' || !text[1];
	return lines;
}

/* Messages in one line of the report. */
static const char *on_one_line(char *text)
{
	for (char *end = text; *end; end++)
		if (*end == '\n')
			*end = end[1] ? '|' : '\0';
	return text;
}

/* The first line that one has and the other has not. */
static void tell_difference(char *result, const char *expected, const char *found)
{
	while (*expected && *expected == *found)
		expected++, found++;
	/* Back to the beginning of the line, which both have. */
	while (found[-1] && found[-1] != '\n')
		expected--, found--;
	add_text(result, REPORT_BYTES, "not '%.*s' but '%.*s'", (int)strcspn(expected, "\n"),
		 expected, (int)strcspn(found, "\n"), found);
}

/* NULL in front makes the way back end. */
static bool same(char *result, const char *what, const char *expected, const char *found)
{
	char one[TEXT_MOST + 2] = "", other[TEXT_MOST + 2] = "";

	if (!strcmp(expected, found))
		return true;
	snprintf(one + 1, TEXT_MOST, "%s", expected);
	snprintf(other + 1, TEXT_MOST, "%s", found);
	add_text(result, REPORT_BYTES, "%s", what);
	tell_difference(result, one + 1, other + 1);
	return false;
}

bool judge_same(char *result, const char *what, const struct launch *expected,
		const struct launch *found)
{
	return same(result, what, expected->text, found->text) &&
	       same(result, what, expected->nsinit, found->nsinit);
}

/* Who should have gone and has not. */
bool judge_end(char *result, struct launch *launch, enum trace_end end)
{
	char left[512];

	if (end == TRACE_ALL_ENDED)
		return true;
	trace_left(&launch->trace, left, sizeof(left));
	if (!launch->trace.ended)
		add_text(result, REPORT_BYTES, "it hangs: %s", left);
	else
		add_text(result, REPORT_BYTES, "the launcher has ended, what stays: %s", left);
	trace_end_all(&launch->trace);
	return false;
}

void judge_left_behind(char *result)
{
	char left[512];

	launch_left_behind(left, sizeof(left));
	if (*left)
		add_text(result, REPORT_BYTES, "%sit left %s", *result ? "; " : "", left);
}

/* One of the three ends that a launch may have; the words of the issue are in faults.test. */
void judge_failure(char *result, struct launch *launch, const struct disturbance *what,
		   const struct launch *reference)
{
	const struct trace *trace = &launch->trace;
	unsigned lines = count_lines(launch->errors);
	int status = WEXITSTATUS(trace->status);
	bool exec = what->point.number == SYS_execve;
	/* nsinit that cannot give up its rights, or wait, ends the launch whatever the command has begun. */
	bool ends_late = what->point.role == ROLE_NSINIT &&
			 (what->point.number == SYS_capset || what->point.number == SYS_signalfd4 ||
			  what->point.number == SYS_poll);

	if (WIFSIGNALED(trace->status))
		add_text(result, REPORT_BYTES, "the launcher is killed by signal %d",
			 WTERMSIG(trace->status));
	else if (status == STATUS_OF_LOOK && trace->executed) {
		if (same(result, "the command runs, isolated otherwise: ", reference->text,
			 launch->text))
			same(result, "the command runs, and ", reference->nsinit, launch->nsinit);
	} else if (status == STATUS_OF_FAILURE || (exec && (status == 126 || status == 127))) {
		if (trace->executed && !ends_late)
			add_text(result, REPORT_BYTES, "status %d, though the command ran: '%s'",
				 status, on_one_line(launch->errors));
		else if (lines < 1 || lines > 2)
			add_text(result, REPORT_BYTES, "status %d with %u lines: '%s'", status,
				 lines, on_one_line(launch->errors));
		else if (what->what == MISSING && !strstr(launch->errors, " Linux "))
			add_text(result, REPORT_BYTES, "it is not said which kernel it takes: '%s'",
				 on_one_line(launch->errors));
	} else if (status <= 128 || lines != 1) {
		add_text(result, REPORT_BYTES, "status %d, %s: '%s'", status,
			 trace->executed ? "the command ran" : "nothing ran",
			 on_one_line(launch->errors));
	}
}

void judge_kill(char *result, const struct launch *launch, const struct disturbance *what)
{
	unsigned lines = count_lines(launch->errors);
	int status = WEXITSTATUS(launch->trace.status);

	/* Who is killed says nothing any more. */
	if (what->victim == ROLE_LAUNCHER)
		return;
	if (WIFSIGNALED(launch->trace.status))
		add_text(result, REPORT_BYTES, "the launcher is killed by signal %d",
			 WTERMSIG(launch->trace.status));
	else if (status != STATUS_KILLED && status != STATUS_OF_FAILURE)
		add_text(result, REPORT_BYTES, "nslaunch ends with status %d", status);
	else if (lines != 1 && !(launch->kind->one_process && lines == 0))
		add_text(result, REPORT_BYTES, "status %d with %u lines", status, lines);
}

/* Before the command was executed the launch ends, and the command never starts. */
void judge_signal(char *result, const struct launch *launch, const struct disturbance *what)
{
	int status = WEXITSTATUS(launch->trace.status);

	if (WIFSIGNALED(launch->trace.status)) {
		/* Before it blocks them, that is its end, and the same to its caller. */
		if (WTERMSIG(launch->trace.status) != what->signal)
			add_text(result, REPORT_BYTES, "the launcher is killed by signal %d",
				 WTERMSIG(launch->trace.status));
	} else if (status != 128 + what->signal) {
		add_text(result, REPORT_BYTES, "nslaunch ends with status %d", status);
	} else if (launch->trace.executed && what->point.role != ROLE_LAUNCHER && !what->late) {
		/* (While the launcher is on its way to where it takes signals, nsinit goes on.) */
		add_text(result, REPORT_BYTES, "the command starts all the same");
	}
}
