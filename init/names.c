/*
 * names.c: the other inits that nsinit stands in for. Runs first in nsinit.
 */
#include "names.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "version.h"

enum kind { NSINIT, TINI, DUMB_INIT, CATATONIT };

static const struct name {
	const char *name;
	enum kind kind;
	const char *version;
} names[] = {
	/* Docker's engine takes the version and the part after "git." for the init's. */
	{"tini", TINI, "tini version 0.19.0 - git.nsinit-" VERSION_WORD},
	{"docker-init", TINI, "tini version 0.19.0 - git.nsinit-" VERSION_WORD},
	{"dumb-init", DUMB_INIT, "dumb-init v1.2.5 (nsinit " VERSION ")"},
	/* To the letter: it says tini's name, so that Docker's engine takes it. */
	{"catatonit", CATATONIT, "tini version 0.1.7_catatonit"},
};

static const char *version = "nsinit " VERSION;
static enum kind kind = NSINIT;

/* What job control stops a process with. */
static const int stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
enum { STOPS = sizeof(stops) / sizeof(*stops) };

static const struct name *find(const char *called)
{
	const char *slash = strrchr(called, '/');

	called = slash ? slash + 1 : called;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t length = strlen(names[i].name);

		if (!strncmp(called, names[i].name, length) &&
		    (!called[length] || !strcmp(called + length, "-static")))
			return &names[i];
	}
	return NULL;
}

static void apply_tini(struct init *init)
{
	const char *verbosity = getenv("TINI_VERBOSITY");

	init->subreaper = getenv("TINI_SUBREAPER");
	init->group = getenv("TINI_KILL_PROCESS_GROUP");
	if (verbosity && *verbosity)
		message_level = *verbosity == '0'   ? MESSAGE_QUIET
				: *verbosity == '1' ? MESSAGE_NORMAL
						    : MESSAGE_VERBOSE;
}

static void apply_dumb_init(struct init *init)
{
	const char *session = getenv("DUMB_INIT_SETSID");
	const char *debug = getenv("DUMB_INIT_DEBUG");

	init->group = init->session = !session || strcmp(session, "0") != 0;
	init->stops = true;
	/*
	 * Nobody outside the session could continue what is in it, so that the kernel would not let
	 * these stop it (setpgid(2), an orphaned process group). SIGSTOP does.
	 */
	for (int i = 0; i < STOPS && init->session; i++)
		init->rewrite[stops[i]] = SIGSTOP;
	if (debug && !strcmp(debug, "1"))
		message_level = MESSAGE_VERBOSE;
}

void names_apply(struct init *init, const char *called)
{
	const struct name *name = find(called);

	if (!name)
		return;
	message_program = name->name;
	version = name->version;
	message_failure = 1;
	kind = name->kind;
	init->scripts = true;
	if (name->kind == TINI)
		apply_tini(init);
	else if (name->kind == DUMB_INIT)
		apply_dumb_init(init);
	else
		init->subreaper = true;
}

void names_leave_session(struct init *init)
{
	for (int i = 0; i < STOPS && init->session; i++)
		if (init->rewrite[stops[i]] == SIGSTOP)
			init->rewrite[stops[i]] = (uint8_t)stops[i];
	init->session = false;
}

void names_warn(const struct init *init)
{
	bool said = message_level == MESSAGE_VERBOSE ||
		    (message_level == MESSAGE_NORMAL && kind == TINI);

	if (said && !init->subreaper && init->launcher < 0 && getpid() != 1)
		message_error(
			0, NULL,
			TEXT_WORDS(
				"it is neither PID 1 nor a subreaper (-s): it reaps no orphans"));
}

const char *names_version(void)
{
	return version;
}
