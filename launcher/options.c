/*
 * options.c: nslaunch's options.
 *
 * Most of them are nsinit's, under the same name: those are read by nsinit's own code into a
 * struct init that is only looked at, and handed on word for word.
 */
#include <string.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/memory.h"
#include "../init/message.h"
#include "../init/number.h"
#include "../init/version.h"
#include "capabilities.h"
#include "habits.h"
#include "launch.h"

/* Nearly always the first room is enough. */
static void make_room(struct arguments *arguments, size_t bytes)
{
	char *before = arguments->text;

	arguments->room = 2 * arguments->room + bytes;
	arguments->text = memory_take(arguments->room);
	memcpy(arguments->text, before, arguments->length);
}

void launch_tell(struct launch *launch, const char *option, const char *value)
{
	struct arguments *arguments = &launch->arguments;

	for (const char *word = option; word; word = word == option ? value : NULL) {
		size_t bytes = strlen(word) + 1;

		if (bytes > arguments->room - arguments->length)
			make_room(arguments, bytes);
		memcpy(arguments->text + arguments->length, word, bytes);
		arguments->length += bytes;
	}
}

/* For a row that is nsinit's: checked by nsinit's code, and passed on. */
static void take_inside(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;
	const struct option *inside = options_find(init_options, option->name);
	char name[64];

	text_join(name, sizeof(name), "--", option->name);
	launch_tell(launch, name, value);
	inside->take(&launch->inside, inside, value);
}

/* unshare(1)'s -u is the uts namespace, and another option comes next. */
static void take_user(void *into, const struct option *option, char *value)
{
	if (value[0] == '-' && (value[1] < '0' || value[1] > '9'))
		die("--user: '", value,
		    "' is an option, no user; a new uts namespace is the default");
	take_inside(into, option, value);
}

/* Namespaces by their names in --share, and mount: that is a new one always. */
static void take_unshare(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;

	(void)option;
	launch->unshare_said = true;
	for (char *rest = value, *word; (word = strsep(&rest, ","));) {
		unsigned int flag = init_namespace(word, strlen(word));

		if (!flag && strcmp(word, "mount") != 0)
			die("--unshare: '", word,
			    "' is no namespace: mount, ipc, uts, net, cgroup, pid, user");
		launch->unshared |= flag;
	}
}

static void take_unmapped(void *into, const struct option *option, char *value)
{
	(void)option, (void)value;
	((struct launch *)into)->unmapped = true;
}

static void set_map(struct launch *launch, enum map_kind map)
{
	if (launch->map != MAP_NONE && launch->map != map)
		die("--map-root-user and --map-current-user contradict each other");
	launch->map = map;
	launch->userns = true;
}

static void take_map_root_user(void *into, const struct option *option, char *value)
{
	(void)option, (void)value;
	set_map(into, MAP_ROOT);
}

static void take_map_current_user(void *into, const struct option *option, char *value)
{
	(void)option, (void)value;
	set_map(into, MAP_CURRENT);
}

static void take_map_auto(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;

	(void)option, (void)value;
	launch->map_auto = launch->userns = true;
}

static void take_id_map(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;

	launch->userns = true;
	if (option->name[0] == 'u')
		maps_read(&launch->uids, "--uid-map", value);
	else
		maps_read(&launch->gids, "--gid-map", value);
}

static void take_setgroups(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;

	(void)option;
	if (strcmp(value, "allow") != 0 && strcmp(value, "deny") != 0)
		die("--setgroups: '", value, "' is neither allow nor deny");
	launch->setgroups = *value == 'a' ? SETGROUPS_ALLOW : SETGROUPS_DENY;
}

static void take_idmap(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;

	(void)option, (void)value;
	launch->idmap = launch->userns = true;
}

/* Seconds with or without a sign; what is too much the kernel knows best. */
static void take_offset(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;
	uint64_t seconds;

	if (!number_parse(value + (*value == '-'), 10, INT64_MAX / 4, &seconds))
		die("--", option->name, ": '", value, "' is not a number of seconds");
	*(option->name[0] == 'm' ? &launch->monotonic : &launch->boottime) = value;
}

static void take_persist(void *into, const struct option *option, char *value)
{
	(void)option;
	nsfs_read_persist(into, value);
}

static void take_userns(void *into, const struct option *option, char *value)
{
	(void)option, (void)value;
	((struct launch *)into)->userns = true;
}

static void take_no_default_mounts(void *into, const struct option *option, char *value)
{
	((struct launch *)into)->no_default_mounts = true;
	take_inside(into, option, value);
}

/* The last word on a capability counts. */
static void take_cap_add(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;
	uint64_t set = capabilities_read("--cap-add", value);

	(void)option;
	launch->added |= set;
	launch->dropped &= ~set;
}

static void take_cap_drop(void *into, const struct option *option, char *value)
{
	struct launch *launch = into;
	uint64_t set = capabilities_read("--cap-drop", value);

	(void)option;
	launch->dropped |= set;
	launch->added &= ~set;
}

static void take_init(void *into, const struct option *option, char *value)
{
	(void)option;
	if (!*value)
		die("--init: the path is empty");
	((struct launch *)into)->init_path = value;
}

static void take_seccomp(void *into, const struct option *option, char *value)
{
	(void)option;
	if (!*value)
		die("--seccomp: the path is empty");
	((struct launch *)into)->seccomp = value;
}

static void take_allow_new_privs(void *into, const struct option *option, char *value)
{
	(void)option, (void)value;
	((struct launch *)into)->allow_new_privs = true;
}

static noreturn void take_help(void *into, const struct option *option, char *value);

static noreturn void take_version(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print("nslaunch " VERSION);
	_exit(0);
}

/* The rows without help get it from nsinit's table. The groups are the manual's. */
static const struct option launch_options[] = {
	OPTIONS_HEADING("Root"),
	{"root", 'r', "DIR", NULL, take_inside},
	{"read-only", 0, NULL, NULL, take_inside},
	{"ephemeral", 0, NULL, NULL, take_inside},
	{"overlay", 0, "DIR", NULL, take_inside},
	{"idmap", 0, NULL, "show the root with the container's ids", take_idmap},
	{"propagation", 0, "private|slave", NULL, take_inside},
	{"no-default-mounts", 0, NULL, NULL, take_no_default_mounts},
	OPTIONS_HEADING("Namespaces and identity"),
	{"share", 0, "LIST", NULL, take_inside},
	{"persist", 0, "NAME=FILE", "bind the new namespace to FILE, so that it stays",
	 take_persist},
	{"monotonic", 0, "SECONDS", "a time namespace whose monotonic clock is ahead", take_offset},
	{"boottime", 0, "SECONDS", "the same for the time since boot", take_offset},
	{"unshare", 0, "LIST", "only these are new, and mount; a user's: user too", take_unshare},
	{"userns", 0, NULL, "a user namespace for root too; every id stays itself", take_userns},
	{"unmapped", 0, NULL, "a user namespace without ids: all are 65534", take_unmapped},
	{"map-root-user", 0, NULL, "the caller is root inside (a user's default)",
	 take_map_root_user},
	{"map-current-user", 0, NULL, "the caller keeps its own id inside", take_map_current_user},
	{"map-auto", 0, NULL, "with the caller's ids of subuid(5) besides", take_map_auto},
	{"uid-map", 0, "IN:OUT:N", "N user ids from OUT on are IN and on inside", take_id_map},
	{"gid-map", 0, "IN:OUT:N", "the same for groups; one of both serves for both", take_id_map},
	{"setgroups", 0, "allow|deny", "whether the user namespace lets one set groups",
	 take_setgroups},
	{"user", 'u', "USER[:GROUP]", NULL, take_user},
	{"groups", 0, "LIST", NULL, take_inside},
	{"hostname", 'H', "NAME", NULL, take_inside},
	{"domainname", 0, "NAME", NULL, take_inside},
	OPTIONS_HEADING("The command"),
	{"workdir", 'w', "DIR", NULL, take_inside},
	{"chdir", 0, "DIR", NULL, take_inside},
	{"env", 'e', "NAME[=VALUE]", NULL, take_inside},
	{"clearenv", 0, NULL, NULL, take_inside},
	{"keep-env", 0, NULL, NULL, take_inside},
	{"argv0", 0, "NAME", NULL, take_inside},
	{"init", 0, "PATH", "another build of nsinit than the embedded one", take_init},
	{"as-pid-1", 0, NULL, NULL, take_inside},
	{"no-die-with-parent", 0, NULL, NULL, take_inside},
	{"kill-signal", 0, "SIG", NULL, take_inside},
	{"grace", 0, "SECONDS", NULL, take_inside},
	{"wait-all", 0, NULL, NULL, take_inside},
	{"cap-add", 0, "LIST", "capabilities that the command has besides", take_cap_add},
	{"cap-drop", 0, "LIST", "capabilities that it has not; all: none is left", take_cap_drop},
	{"allow-new-privs", 0, NULL, "set-user-ID programs inside give what they promise",
	 take_allow_new_privs},
	{"landlock-ro", 0, "PATH", NULL, take_inside},
	{"landlock-rw", 0, "PATH", NULL, take_inside},
	{"seccomp", 0, "default|userns|none|FILE", "filter system calls; FILE: by the BPF in it",
	 take_seccomp},
	OPTIONS_HEADING("Mounts"),
	{"bind", 'B', "SRC[:DST[:OPTS]]", NULL, take_inside},
	{"ro-bind", 'R', "SRC[:DST]", NULL, take_inside},
	{"tmpfs", 0, "DST[:OPTS]", NULL, take_inside},
	{"mount", 0, "type=T,dst=DST,...", NULL, take_inside},
	{"symlink", 0, "TARGET:PATH", NULL, take_inside},
	{"file", 0, "FD:PATH", NULL, take_inside},
	OPTIONS_HEADING("Other"),
	{"explain", 0, NULL, NULL, take_inside},
	{"verbose", 'v', NULL, NULL, take_inside},
	{"quiet", 'q', NULL, NULL, take_inside},
	{"help", 'h', NULL, "say this", take_help},
	{"version", 'V', NULL, "say which version this is", take_version},
	{0},
};

static noreturn void take_help(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print("nslaunch [OPTION]... [--] [COMMAND [ARG]...]");
	print("Runs COMMAND, or the user's shell, in new namespaces: by default in a root");
	print("filesystem of its own, with nsinit as PID 1.  nslaunch -r DIR /bin/sh");
	for (const struct option *row = launch_options; row->take; row++) {
		struct option shown[2] = {*row};

		if (!row->help)
			shown->help = options_find(init_options, row->name)->help;
		options_print(shown);
	}
	print("");
	print("The rest is in the manual: man nslaunch");
	_exit(0);
}

static void check_user_namespace(const struct launch *launch)
{
	bool lines = launch->uids || launch->gids;

	if (lines && (launch->map != MAP_NONE || launch->map_auto))
		die(launch->uids ? "--uid-map" : "--gid-map", " and ",
		    launch->map_auto ? "--map-auto" : "--map-*-user", " contradict each other");
	if (launch->map != MAP_NONE && !launch->map_auto && launch->inside.user_said)
		die("--user and --map-*-user contradict each other: with one id, --user maps it");
	if (launch->userns && (launch->inside.shared | launch->inside.joined) & CLONE_NEWUSER)
		die("--share user and a user namespace of its own contradict each other");
	if (launch->setgroups == SETGROUPS_DENY && launch->inside.groups_said)
		die("--groups and --setgroups deny contradict each other");
	if (launch->allow_new_privs && launch->inside.landlock)
		die("--allow-new-privs and --landlock-* contradict each other");
	if (launch->idmap && !launch->inside.root)
		die("--idmap needs --root");
}

/* What --unshare does not name is the caller's. An ordinary user's user namespace is what gives the others. */
static void apply_unshare(struct launch *launch)
{
	static const char *const names[] = {"ipc", "uts", "net", "cgroup", "pid"};

	if (!launch->unshare_said)
		return;
	if (launch->inside.shared)
		die("--unshare and --share LIST contradict each other");
	if (launch->unshared & launch->inside.joined)
		die("--unshare and --share NAME=FILE contradict each other over one namespace");
	launch->userns |= !!(launch->unshared & CLONE_NEWUSER);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		unsigned int flag = init_namespace(names[i], strlen(names[i]));

		if ((launch->unshared | launch->inside.joined) & flag)
			continue;
		launch->inside.shared |= flag;
		launch_tell(launch, "--share", names[i]);
	}
}

static void check_unmapped(const struct launch *launch)
{
	const struct init *inside = &launch->inside;

	if (!launch->unmapped)
		return;
	if (inside->root)
		die("--unmapped and --root contradict each other: without an id nobody could use it");
	if (launch->map != MAP_NONE || launch->map_auto || launch->uids || launch->gids ||
	    inside->user_said || inside->groups_said)
		die("--unmapped contradicts every option that says an id");
}

/* Its lock lasts as long as nslaunch or nsinit; what would write to it when both have gone is refused. */
static void check_overlay(const struct launch *launch)
{
	const struct init *inside = &launch->inside;

	if (!inside->overlay)
		return;
	if (inside->as_pid_1 && inside->outlive)
		die("--overlay, --as-pid-1 and --no-die-with-parent contradict each other: nobody would "
		    "hold the folder's lock");
	for (const struct persisted *each = launch->persisted; each; each = each->next)
		if (each->flag == CLONE_NEWNS)
			die("--overlay and --persist mount contradict each other: nobody would hold the "
			    "folder's lock");
}

void launch_read_options(struct launch *launch, char **argv)
{
	*launch = (struct launch){.overlay = -1,
				  .lock = -1,
				  .root_tree = -1,
				  .overlay_tree = -1,
				  .image = -1,
				  .options = -1,
				  .socket = -1,
				  .socket_inside = -1};
	init_defaults(&launch->inside);
	launch->arguments.room = 1024;
	launch->arguments.text = memory_take(launch->arguments.room);

	/* First, so that the user's own word comes later and counts. */
	launch_tell(launch, "--default-mounts", NULL);
	options_advise = habits_advise;
	launch->command = options_read(launch_options, launch, argv + 1);
	habits_check(launch, argv);
	launch->userns |= launch->unmapped;
	apply_unshare(launch);
	check_unmapped(launch);
	init_check(&launch->inside);
	check_user_namespace(launch);
	check_overlay(launch);
}
