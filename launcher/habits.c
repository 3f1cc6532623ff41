/*
 * habits.c: what users of other programs are used to. Runs outside, while options are read; looks at
 * files only where a command has been written in a place that is nearly never one's.
 */
#include "habits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/memory.h"
#include "../init/message.h"
#include "../init/nearest.h"
#include "../init/resolve.h"

/* Words between blanks; one that ends with an asterisk stands for all that begin with the rest. */
static const struct {
	const char *words, *reply;
} habits[] = {
	{"-m -i -n -C -T --uts --ipc --pid --cgroup --unshare-*",
	 "new namespaces are the default, see --share"},
	{"-p -f --fork --mount-proc*", "nsinit is PID 1, in a new namespace"},
	{"-U", "--userns"},
	{"--net --network", "it is a new one, see --share"},
	{"--share-net", "--share net"},
	{"--volume --dev-bind*", "--bind SRC:DST"},
	{"--rm", "nothing is left of a container"},
	{"-it -ti -t --tty --interactive", "the command has the terminal"},
	{"--dev --proc", "-r mounts it; elsewhere: --mount type=proc,dst=DST"},
	{"-D --directory --rootfs", "--root DIR"},
	{"--setenv", "--env NAME=VALUE"},
	{"--uid --gid", "--user UID:GID"},
	{"--privileged", "--cap-add all --seccomp none"},
};

static bool is_among(const char *word, const char *words)
{
	size_t length = strlen(word);

	while (*words) {
		size_t bytes = strcspn(words, " ");
		bool begins = words[bytes - 1] == '*';

		if (begins ? !strncmp(word, words, bytes - 1)
			   : bytes == length && !memcmp(word, words, bytes))
			return true;
		words += bytes + (words[bytes] == ' ');
	}
	return false;
}

static void advise_habit(const char *word)
{
	for (size_t i = 0; i < sizeof(habits) / sizeof(*habits); i++)
		if (is_among(word, habits[i].words))
			die("unknown option ", word, ": ", habits[i].reply);
}

/* The option that begins so, which getopt_long(3) would take, or the one that is nearly called so. */
static const char *find_nearest(const struct option *table, const char *name)
{
	size_t length = strlen(name), best = length < 3 ? length : 3;
	const char *nearest = NULL;

	for (; table->take; table++) {
		size_t distance = table->name ? nearest_distance(name, table->name) : best;

		if (table->name && length > 2 && !strncmp(table->name, name, length))
			return table->name;
		if (distance < best) {
			best = distance;
			nearest = table->name;
		}
	}
	return nearest;
}

void habits_advise(const struct option *table, const char *word, const char *shown)
{
	const char *nearest;

	advise_habit(word);
	advise_habit(shown);
	/* A letter has no neighbours. */
	nearest = shown[1] == '-' ? find_nearest(table, shown + 2) : NULL;
	if (nearest)
		die("unknown option ", shown, "; the nearest is --", nearest,
		    ", --help lists them");
}

/* The one thing that was asked for before the command: a bind without a destination. */
static const struct request *find_bind(const struct launch *launch, const char *before)
{
	const struct request *bind = launch->inside.requests;

	if (!bind || bind->next || bind->kind != REQUEST_BIND || bind->target != bind->source)
		return NULL;
	/* `--bind SRC`, `--bind=SRC` (the value has been cut off), `-BSRC`. */
	if (!strcmp(before, bind->source) || !strcmp(before, "--bind") ||
	    !strcmp(before, "--ro-bind") || !strncmp(before, "-B", 2) || !strncmp(before, "-R", 2))
		return bind;
	return NULL;
}

/* Whether path is a folder of the root, or is not there at all. */
static bool cannot_be_command(const char *root, const char *path)
{
	int folder = kernel_open(root ? root : "/", O_PATH | O_DIRECTORY);
	struct stat status;
	bool is = false;
	int file;

	if (folder < 0)
		return false;
	file = resolve_open(folder, path, false, false);
	if (file < 0)
		is = errno == ENOENT;
	else
		is = fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
	if (file >= 0)
		close(file);
	close(folder);
	return is;
}

/* bubblewrap's `--bind SRC DST`: DST would be the command. */
static void check_bind(const struct launch *launch, const char *before)
{
	const struct request *bind = find_bind(launch, before);
	const char *command = *launch->command;

	/* What is below the source, or in the overlay, only nsinit can see. */
	if (!bind || *command != '/' || launch->inside.overlay ||
	    (command[1] && !strncmp(command, bind->source, strlen(bind->source))))
		return;
	if (cannot_be_command(launch->inside.root, command))
		die("--bind takes SRC:DST in one word: ", bind->source, ":", command);
}

/* In the PATH that the command is looked for in without a root of its own. */
static bool is_program(const char *name)
{
	const char *variable = getenv("PATH");
	char *path = memory_keep(variable ? variable : "/bin"), file[PATH_MAX];

	for (char *folder; (folder = strsep(&path, ":"));)
		if (text_join(file, sizeof(file), folder, "/", name) && access(file, X_OK) == 0)
			return true;
	return false;
}

/* chroot(8)'s and others' `ROOT COMMAND`, without an option. */
static void check_folder(const struct launch *launch)
{
	const char *command = *launch->command;
	struct stat status;

	if (launch->inside.root || launch->inside.requests || stat(command, &status) < 0 ||
	    !S_ISDIR(status.st_mode) || (!strchr(command, '/') && is_program(command)))
		return;
	die("'", command, "' is a folder, not a command; as the root: -r ", command);
}

void habits_check(const struct launch *launch, char *const *argv)
{
	const char *command = *launch->command, *before, *colon;

	if (!command)
		return;
	before = launch->command > argv + 1 ? launch->command[-1] : "";
	if (!strcmp(before, "--"))
		return;
	/* A destination is an absolute path, and nearly no program's folder ends with a colon. */
	colon = strchr(command, ':');
	if (!strcmp(before, "-v") && colon && colon[1] == '/')
		die("-v is --verbose; what Docker calls -v is --bind ", command);
	check_bind(launch, before);
	check_folder(launch);
}
