/*
 * faults.c: makes every system call of a launch fail once, and kills its processes before every one.
 *
 * Usage: faults FOLDER list KIND                      the numbered calls of an undisturbed launch
 *        faults FOLDER fail KIND [ROLE INDEX ERRNO]   this call is not made and gives that error;
 *                                                     without the three: each call in turn
 *        faults FOLDER kill KIND [ROLE INDEX VICTIM]  before that call launcher or nsinit is killed
 *        faults FOLDER signal KIND                    before each call up to the exec of the command the
 *                                                     launcher gets INT, TERM, HUP or QUIT
 *        faults FOLDER missing KIND                   each newer call in turn is none of the kernel's, for
 *                                                     all processes of the launch: ENOSYS
 *        faults FOLDER descriptors KIND               which descriptors lead out of the new root
 *
 * FOLDER has nslaunch, a rootfs called "rootfs" with /bin/look (look.c) in it, and what the kinds of
 * launch.c name besides. ROLE is launcher, nsinit or command; `list` tells the numbers. A line for
 * each fault, and a last one that counts. Status 0: no fault; 1: faults; 2: the harness itself failed;
 * 77: it cannot run on this machine. FAULTS_SECONDS: how long a launch may take until it is said to
 * hang. FAULTS_HANGS: after so many of these the rest is not tried, for the sake of who waits; 0: it is.
 *
 * strace(1) can make calls fail, too, but counts them for each process, and cannot name one of three.
 */
#include "faults.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include "calls.h"
#include "descriptors.h"
#include "judge.h"
#include "launch.h"

enum {
	STATUS_FAULTS = 1,
	STATUS_FATAL = 2,
	STATUS_SKIPPED = 77,
	POINTS_MOST = 1024,
	/* A call may come at another number where launcher and nsinit overtook each other. */
	TRIES = 5,
};

struct points {
	struct point points[POINTS_MOST];
	size_t count;
};

static int hang_seconds = 20;
static unsigned hangs_most = 3;
static unsigned launches, faults, hangs;

noreturn void fatal(const char *text)
{
	fprintf(stderr, "faults: %s\n", text);
	exit(STATUS_FATAL);
}

noreturn void fatal_errno(const char *what)
{
	fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
	exit(STATUS_FATAL);
}

ssize_t read_file(const char *path, char *text, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = 0, more = 1;

	if (file < 0)
		return -1;
	while (more > 0 && (size_t)length < size - 1) {
		more = read(file, text + length, size - 1 - (size_t)length);
		length += more > 0 ? more : 0;
	}
	close(file);
	text[length] = '\0';
	return more < 0 ? -1 : length;
}

void add_text(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, size - length, format, arguments);
	va_end(arguments);
}

/* --- the calls of a launch */

static void visit_list(struct launch *launch, struct tracee *tracee, enum trace_stop stop)
{
	struct points *points = launch->context;
	bool call = stop == STOP_ENTRY;

	if (stop == STOP_EXIT || tracee->role == ROLE_OTHER)
		return;
	if (points->count == POINTS_MOST)
		fatal("more calls than a launch has");
	points->points[points->count++] = (struct point){
		.role = tracee->role,
		.index = tracee->index + !call,
		.number = call ? tracee->number : -1,
		.request = call ? tracee->request : -1,
	};
}

/* The calls of an undisturbed launch; with it, to read, what it printed. Nothing may be left. */
static void list_points(struct points *points, const struct kind *kind, bool waits,
			struct launch *launch)
{
	enum trace_end end, expected = waits ? TRACE_IDLE : TRACE_ALL_ENDED;
	char left[512];

	points->count = 0;
	launch->visit = visit_list;
	launch->context = points;
	launch_left_behind(left, sizeof(left));
	launch_start(launch, kind, waits);
	end = trace_follow(&launch->trace, hang_seconds, waits);
	if (end != TRACE_ALL_ENDED)
		trace_end_all(&launch->trace);
	launch_read(launch);
	if (end != expected || (!waits && WEXITSTATUS(launch->trace.status) != STATUS_OF_LOOK) ||
	    launch->trace.executed == kind->never_runs) {
		fprintf(stderr, "%s", launch->errors);
		fatal("an undisturbed launch does not do what it should");
	}
	launch_left_behind(left, sizeof(left));
	if (*left) {
		fprintf(stderr, "%s\n", left);
		fatal("an undisturbed launch leaves something");
	}
}

static void report(const char *where, const char *what)
{
	faults++;
	printf("%s: %s\n", where, what);
	fflush(stdout);
}

/* --- one disturbed launch */

static bool is_here(struct disturbance *what, const struct tracee *tracee, enum trace_stop stop)
{
	const struct point *point = &what->point;
	long number = stop == STOP_EXECUTED ? -1 : tracee->number;
	unsigned index = tracee->index + (stop == STOP_EXECUTED);

	if (stop == STOP_EXIT || tracee->role != point->role || index != point->index)
		return false;
	if (number != point->number)
		what->moved = true;
	return !what->moved;
}

static void visit_fail(struct launch *launch, struct tracee *tracee, enum trace_stop stop)
{
	struct disturbance *what = launch->context;
	const struct call *call;

	if (is_here(what, tracee, stop)) {
		call = calls_find(tracee->number);
		tracee->failing = true;
		if (!call || !call->done)
			trace_skip_call(tracee);
	} else if (stop == STOP_EXIT && tracee->failing) {
		tracee->failing = false;
		what->happened = true;
		trace_set_error(tracee, what->error);
	}
}

static void visit_missing(struct launch *launch, struct tracee *tracee, enum trace_stop stop)
{
	struct disturbance *what = launch->context;

	if (stop == STOP_ENTRY && tracee->role != ROLE_OTHER &&
	    tracee->number == what->point.number) {
		tracee->failing = true;
		trace_skip_call(tracee);
	} else if (stop == STOP_EXIT && tracee->failing) {
		tracee->failing = false;
		what->happened = true;
		trace_set_error(tracee, ENOSYS);
	}
}

static void visit_kill(struct launch *launch, struct tracee *tracee, enum trace_stop stop)
{
	struct disturbance *what = launch->context;
	const struct tracee *victim;

	if (!is_here(what, tracee, stop))
		return;
	victim = trace_find(&launch->trace, what->victim);
	if (!victim)
		return;
	what->happened = true;
	trace_kill(&launch->trace, tracee, victim);
}

static void visit_signal(struct launch *launch, struct tracee *tracee, enum trace_stop stop)
{
	struct disturbance *what = launch->context;
	const struct tracee *launcher = trace_find(&launch->trace, ROLE_LAUNCHER);
	const struct tracee *command = trace_find(&launch->trace, ROLE_COMMAND);

	if (!is_here(what, tracee, stop) || what->happened || !launcher)
		return;
	what->happened = true;
	/*
	 * nsinit goes on as soon as the exec cannot be stopped any more. And from its own birth on it goes on
	 * while the launcher, which has waited for that in its clone, is on its way to where it takes signals.
	 */
	what->late = (command && command != tracee && command->number == SYS_execve) ||
		     (tracee != launcher && launcher->inside &&
		      (launcher->number == SYS_clone3 || launcher->number == SYS_clone));
	if (kill(launcher->pid, what->signal) < 0)
		fatal_errno("kill");
	/* The launcher has the time to do something, and the others have not. */
	if (tracee != launcher)
		trace_hold(&launch->trace, tracee);
}

/* False: the call was not where it should have been. Then nothing can be said. */
static bool disturb(char *result, const struct kind *kind, struct disturbance *what,
		    const struct launch *reference)
{
	static void (*const visits[])(struct launch *, struct tracee *,
				      enum trace_stop) = {[FAIL] = visit_fail,
							  [MISSING] = visit_missing,
							  [KILL] = visit_kill,
							  [SIGNAL] = visit_signal};
	struct launch launch = {.context = what, .visit = visits[what->what]};
	bool waits = what->what != FAIL && what->what != MISSING;
	enum trace_end end;

	what->happened = what->moved = what->late = false;
	*result = '\0';
	launch_start(&launch, kind, waits);
	end = trace_follow(&launch.trace, hang_seconds, waits);
	launches++;
	if (what->happened)
		hangs += !judge_end(result, &launch, end);
	else if (end != TRACE_ALL_ENDED)
		trace_end_all(&launch.trace);
	launch_read(&launch);
	if (what->happened && !*result) {
		if (what->what == FAIL || what->what == MISSING)
			judge_failure(result, &launch, what, reference);
		else if (what->what == KILL)
			judge_kill(result, &launch, what);
		else
			judge_signal(result, &launch, what);
	}
	judge_left_behind(result);
	launch_forget(&launch);
	return what->happened;
}

static void disturb_and_report(const struct kind *kind, struct disturbance *what,
			       const struct launch *reference)
{
	char where[REPORT_BYTES], result[REPORT_BYTES];
	int tries = 0;

	if (hangs_most && hangs >= hangs_most)
		return;
	judge_describe(where, kind, what);
	while (!disturb(result, kind, what, reference))
		if (++tries == TRIES) {
			report(where, "this call does not come at this number");
			return;
		}
	if (*result)
		report(where, result);
}

/* --- all of them */

/* Two of them, to know that two print the same. */
static void make_reference(struct launch *reference, struct points *points, const struct kind *kind)
{
	struct launch again = {0};
	struct points other = {.count = 0};
	char difference[REPORT_BYTES] = "";

	list_points(points, kind, false, reference);
	list_points(&other, kind, false, &again);
	if (!judge_same(difference, "two undisturbed launches differ: ", reference, &again))
		fatal(difference);
	launch_forget(&again);
}

static void fail_each(const struct kind *kind)
{
	struct launch reference = {0};
	struct points points = {.count = 0};
	char where[REPORT_BYTES];

	make_reference(&reference, &points, kind);
	for (size_t i = 0; i < points.count; i++) {
		const struct call *call = calls_find(points.points[i].number);
		struct disturbance what = {.what = FAIL, .point = points.points[i]};

		if (what.point.number < 0)
			continue;
		if (!call) {
			judge_describe_point(where, kind, &what.point);
			report(where, "how can this call fail? calls.c does not know it");
		}
		for (int j = 0; call && !call->never && j < CALL_ERRORS; j++) {
			what.error = call->errors[j];
			if (what.error)
				disturb_and_report(kind, &what, &reference);
		}
	}
	launch_forget(&reference);
}

/* Whether a point before this one makes the same call. */
static bool came_before(const struct points *points, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (points->points[i].number == points->points[at].number)
			return true;
	return false;
}

static void miss_each(const struct kind *kind)
{
	struct launch reference = {0};
	struct points points = {.count = 0};

	make_reference(&reference, &points, kind);
	for (size_t i = 0; i < points.count; i++) {
		const struct call *call = calls_find(points.points[i].number);
		struct disturbance what = {
			.what = MISSING, .point = points.points[i], .error = ENOSYS};

		if (call && call->since && !came_before(&points, i))
			disturb_and_report(kind, &what, &reference);
	}
	launch_forget(&reference);
}

static void kill_each(const struct kind *kind)
{
	struct launch launch = {0};
	struct points points = {.count = 0};
	bool nsinit = false;

	list_points(&points, kind, true, &launch);
	launch_forget(&launch);
	for (size_t i = 0; i < points.count; i++) {
		struct disturbance what = {
			.what = KILL, .point = points.points[i], .victim = ROLE_LAUNCHER};

		nsinit |= what.point.role == ROLE_NSINIT;
		disturb_and_report(kind, &what, &launch);
		what.victim = ROLE_NSINIT;
		/* In the order of the list: before nsinit's first call there may be no nsinit. */
		if (nsinit)
			disturb_and_report(kind, &what, &launch);
	}
}

static void signal_each(const struct kind *kind)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct launch launch = {0};
	struct points points = {.count = 0};

	list_points(&points, kind, true, &launch);
	launch_forget(&launch);
	/* Up to the first that follows the exec of the command; its end is a matter of the command. */
	for (size_t i = 0; i < points.count && points.points[i].number >= 0; i++) {
		struct disturbance what = {
			.what = SIGNAL, .point = points.points[i], .signal = signals[i % 4]};

		disturb_and_report(kind, &what, &launch);
	}
}

static void print_list(const struct kind *kind)
{
	struct launch launch = {0};
	struct points points = {.count = 0};
	char text[REPORT_BYTES];

	list_points(&points, kind, kind->never_runs, &launch);
	launch_forget(&launch);
	for (size_t i = 0; i < points.count; i++) {
		judge_describe_point(text, kind, &points.points[i]);
		puts(text);
	}
}

/* --- one by its number */

static enum trace_role role_of(const char *name)
{
	for (int role = 0; role < ROLES; role++)
		if (!strcmp(trace_role_name(role), name))
			return role;
	fatal("ROLE is launcher, nsinit or command");
}

static void disturb_one(const struct kind *kind, char **args, bool kills)
{
	struct disturbance what = {.point.role = role_of(args[0]),
				   .point.index = (unsigned)strtoul(args[1], NULL, 10)};
	struct launch reference = {0};
	struct points points = {.count = 0};
	size_t i = 0;

	what.what = kills ? KILL : FAIL;
	if (kills) {
		what.victim = role_of(args[2]);
		list_points(&points, kind, true, &reference);
	} else {
		what.error = calls_error(args[2]);
		if (!what.error)
			fatal("no such ERRNO");
		make_reference(&reference, &points, kind);
	}
	while (i < points.count && (points.points[i].role != what.point.role ||
				    points.points[i].index != what.point.index))
		i++;
	if (i == points.count)
		fatal("that role has no such call");
	what.point = points.points[i];
	disturb_and_report(kind, &what, &reference);
	launch_forget(&reference);
}

/* What outlives its parent comes to us; and the wait for SIGCHLD has a time limit. */
static void prepare(void)
{
	const char *seconds = getenv("FAULTS_SECONDS"), *most = getenv("FAULTS_HANGS");
	sigset_t child;

#if !defined(__x86_64__)
	puts("faults: the registers of this architecture are not known to it");
	exit(STATUS_SKIPPED);
#endif
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &child, NULL) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		fatal_errno("cannot prepare");
	if (seconds)
		hang_seconds = (int)strtol(seconds, NULL, 10);
	if (most)
		hangs_most = (unsigned)strtoul(most, NULL, 10);
}

int main(int argc, char **argv)
{
	const struct kind *kind = argc > 3 ? launch_kind(argv[3]) : NULL;
	const char *mode = argc > 2 ? argv[2] : "";
	bool one = argc == 7;

	if (!kind || (argc != 4 && !one))
		fatal("usage: faults FOLDER list|fail|missing|kill|signal|descriptors KIND [ROLE INDEX ERRNO|VICTIM]");
	prepare();
	launch_set_folder(argv[1]);
	if (!strcmp(mode, "list"))
		print_list(kind);
	else if (!strcmp(mode, "descriptors"))
		faults += descriptors_look(kind, hang_seconds);
	else if (one && (!strcmp(mode, "fail") || !strcmp(mode, "kill")))
		disturb_one(kind, argv + 4, *mode == 'k');
	else if (!strcmp(mode, "fail"))
		fail_each(kind);
	else if (!strcmp(mode, "missing"))
		miss_each(kind);
	else if (!strcmp(mode, "kill"))
		kill_each(kind);
	else if (!strcmp(mode, "signal"))
		signal_each(kind);
	else
		fatal("there is no such mode");
	if (launches)
		printf("%s %s: %u launches, %u faults%s\n", mode, kind->name, launches, faults,
		       hangs_most && hangs >= hangs_most ? "; the rest was not tried" : "");
	return faults ? STATUS_FAULTS : EXIT_SUCCESS;
}
