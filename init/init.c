/*
 * init.c: nsinit's options: what each takes and what it means.
 *
 * Owns the table, and with it the language in which nslaunch speaks to nsinit. Nothing here looks
 * at the system: the same code runs in nslaunch, outside, to refuse what nsinit would refuse.
 */
#include "init.h"

#include <string.h>

#include "arguments.h"
#include "kernel.h"
#include "memory.h"
#include "message.h"
#include "names.h"
#include "number.h"
#include "request.h"
#include "signals.h"

enum {
	UTS_BYTES = 64, /* __NEW_UTS_LEN, uname(2) */
	GRACE_SECONDS_MOST = 1000000,
	ID_MOST = ID_NONE - 1, /* user_namespaces(7): ids are unsigned 32 bit, without the last */
};

static const struct {
	const char *name;
	unsigned int flag;
} namespaces[] = {
	{"ipc", CLONE_NEWIPC},	     {"uts", CLONE_NEWUTS}, {"net", CLONE_NEWNET},
	{"cgroup", CLONE_NEWCGROUP}, {"pid", CLONE_NEWPID}, {"user", CLONE_NEWUSER},
};

unsigned int init_namespace(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
		if (strlen(namespaces[i].name) == length &&
		    !memcmp(namespaces[i].name, name, length))
			return namespaces[i].flag;
	return 0;
}

/* NAME=FILE, NAME being of `length` bytes. */
static void add_joined(struct init *init, char *value, size_t length)
{
	struct joined *joined = memory_take(sizeof(*joined));

	*joined = (struct joined){
		.next = init->joins,
		.flag = init_namespace(value, length),
		.file = value + length + 1,
	};
	if (!*joined->file)
		die("--share: the path in '", value, "' is empty");
	init->joins = joined;
	init->joined |= joined->flag;
}

static void take_share(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	size_t name = strcspn(value, "=");

	(void)option;
	if (value[name] && init_namespace(value, name)) {
		add_joined(init, value, name);
		return;
	}
	for (char *rest = value, *word; (word = strsep(&rest, ","));) {
		unsigned int flag = init_namespace(word, strlen(word));

		if (!flag)
			die("--share: '", word,
			    "' is no namespace that can be shared: ipc, uts, net, cgroup, pid, user");
		init->shared |= flag;
	}
}

static void take_env(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	struct variable *variable = memory_take(sizeof(*variable));

	(void)option;
	if (*value == '=' || !*value)
		die("--env: '", value, "' has no name");
	variable->text = value;
	*init->variables_end = variable;
	init->variables_end = &variable->next;
}

uint32_t init_parse_id(const char *option, const char *text)
{
	uint64_t id;

	if (!number_parse(text, 10, ID_MOST, &id))
		die(option, ": '", text, "' is not a number from 0 to 4294967294");
	return (uint32_t)id;
}

/* A name, or a number: what does not begin as a name can is never taken for one (CVE-2026-30892). */
static struct users_word parse_user(const char *option, const char *text)
{
	unsigned char first = (unsigned char)*text;

	if (first == '_' || first >= 0x80 || (first >= 'a' && first <= 'z') ||
	    (first >= 'A' && first <= 'Z'))
		return (struct users_word){.name = text, .id = ID_NONE};
	if (first && (first < '0' || first > '9'))
		die(option, ": '", text, "' is neither a name nor a number");
	return (struct users_word){.id = init_parse_id(option, text)};
}

static void take_user(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	char *group = request_split(value, ':');

	(void)option;
	init->user_word = parse_user("--user", value);
	init->user_said = true;
	init->group_said = group;
	if (group)
		init->group_word = parse_user("--user", group);
}

static void take_groups(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	size_t count = 1;

	(void)option;
	for (const char *comma = value; (comma = strchr(comma, ',')); comma++)
		count++;
	init->group_words = memory_take(count * sizeof(*init->group_words));
	init->group_words_count = 0;
	init->groups_said = true;
	/* The empty list is one, too. */
	while (value && *value)
		init->group_words[init->group_words_count++] =
			parse_user("--groups", strsep(&value, ","));
}

static char *checked_name(const struct option *option, char *value, size_t least)
{
	size_t length = strlen(value);

	if (length < least || length > UTS_BYTES)
		die("--", option->name, ": '", value, "' is not ", least ? "1" : "0",
		    " to 64 bytes long");
	return value;
}

static void take_hostname(void *into, const struct option *option, char *value)
{
	((struct init *)into)->hostname = checked_name(option, value, 1);
}

static void take_domainname(void *into, const struct option *option, char *value)
{
	((struct init *)into)->domainname = checked_name(option, value, 0);
}

static char *checked_path(const struct option *option, char *value)
{
	if (!*value)
		die("--", option->name, ": the path is empty");
	return value;
}

static void take_root(void *into, const struct option *option, char *value)
{
	((struct init *)into)->root = checked_path(option, value);
}

static void take_overlay(void *into, const struct option *option, char *value)
{
	((struct init *)into)->overlay = checked_path(option, value);
}

static void take_propagation(void *into, const struct option *option, char *value)
{
	struct init *init = into;

	(void)option;
	init->slave = !strcmp(value, "slave");
	if (!init->slave && strcmp(value, "private") != 0)
		die("--propagation: '", value, "' is neither private nor slave");
}

static void take_workdir(void *into, const struct option *option, char *value)
{
	((struct init *)into)->workdir = checked_path(option, value);
}

static void take_argv0(void *into, const struct option *option, char *value)
{
	(void)option;
	((struct init *)into)->argv0 = value;
}

/* The options that say yes to one thing: the row's name and the member that it sets. */
#define TAKE_FLAG(function, member)                                                \
	static void function(void *into, const struct option *option, char *value) \
	{                                                                          \
		(void)option, (void)value;                                         \
		((struct init *)into)->member = true;                              \
	}
TAKE_FLAG(take_read_only, read_only)
TAKE_FLAG(take_ephemeral, ephemeral)
TAKE_FLAG(take_clearenv, clear_environment)
TAKE_FLAG(take_keep_env, keep_environment)
TAKE_FLAG(take_as_pid_1, as_pid_1)
TAKE_FLAG(take_loopback, loopback)
TAKE_FLAG(take_enter_clocks, enter_clocks)
TAKE_FLAG(take_wait_network, wait_network)
TAKE_FLAG(take_no_new_privs, no_new_privs)
TAKE_FLAG(take_replace_root, replace_root)
TAKE_FLAG(take_no_host_root, no_host_root)
TAKE_FLAG(take_wait, wait)
TAKE_FLAG(take_outlive, outlive)

TAKE_FLAG(take_group, group)
TAKE_FLAG(take_subreaper, subreaper)
TAKE_FLAG(take_warn, warn)
TAKE_FLAG(take_pause, pause)
TAKE_FLAG(take_wait_all, wait_all)

static void take_single_child(void *into, const struct option *option, char *value)
{
	(void)option, (void)value;
	((struct init *)into)->group = false;
	names_leave_session(into);
}

static int parse_signal(const char *option, const char *text)
{
	int signal = signals_number(text);

	if (!signal)
		die(option, ": '", text, "' is no signal");
	return signal;
}

static void take_parent_signal(void *into, const struct option *option, char *value)
{
	(void)option;
	((struct init *)into)->parent_signal = parse_signal("-p", value);
}

static void take_kill_signal(void *into, const struct option *option, char *value)
{
	(void)option;
	((struct init *)into)->kill_signal = parse_signal("--kill-signal", value);
}

static void take_rewrite(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	char *to = request_split(value, ':');

	(void)option;
	if (!to)
		die("--rewrite: '", value, "' is not of the form FROM:TO");
	init->rewrite[parse_signal("--rewrite", value)] =
		!strcmp(to, "0") ? 0 : (uint8_t)parse_signal("--rewrite", to);
}

static void take_success(void *into, const struct option *option, char *value)
{
	uint64_t status;

	(void)option;
	if (!number_parse(value, 10, 255, &status))
		die("-e: '", value, "' is not an exit status from 0 to 255");
	((struct init *)into)->successes[status / 8] |= (uint8_t)(1U << status % 8);
}

/* Seconds, with up to three digits after a point. */
static void take_grace(void *into, const struct option *option, char *value)
{
	char *point = strchr(value, '.');
	uint64_t seconds, thousandths = 0;
	size_t digits = point ? strlen(point + 1) : 0;
	bool good = digits <= 3;

	(void)option;
	if (point) {
		*point = '\0';
		good = good && number_parse(point + 1, 10, 999, &thousandths);
		for (; digits < 3; digits++)
			thousandths *= 10;
	}
	if (!good || !number_parse(value, 10, GRACE_SECONDS_MOST, &seconds))
		die("--grace: '", value, "' is not a number of seconds from 0 to 1000000");
	((struct init *)into)->grace_ms = (int64_t)(seconds * 1000 + thousandths);
}

static void take_default_mounts(void *into, const struct option *option, char *value)
{
	struct init *init = into;

	(void)value;
	init->default_mounts = option->name[0] == 'd';
	init->default_mounts_said = true;
}

static void take_level(void *into, const struct option *option, char *value)
{
	(void)into, (void)value;
	message_level = option->name[0] == 'v'	 ? MESSAGE_VERBOSE
			: option->name[0] == 'q' ? MESSAGE_QUIET
						 : MESSAGE_EXPLAIN;
}

static uint64_t parse_bits(const struct option *option, const char *text)
{
	uint64_t bits;

	if (!number_parse(text, 16, UINT64_MAX, &bits))
		die("--", option->name, ": '", text, "' is not a hexadecimal number of 64 bits");
	return bits;
}

static void take_signal_mask(void *into, const struct option *option, char *value)
{
	struct init *init = into;

	init->signal_mask = parse_bits(option, value);
	init->signal_mask_said = true;
}

static void take_bounding_set(void *into, const struct option *option, char *value)
{
	struct init *init = into;

	init->bounding_set = parse_bits(option, value);
	init->bounding_set_said = true;
}

static void take_ambient_set(void *into, const struct option *option, char *value)
{
	((struct init *)into)->ambient_set = parse_bits(option, value);
}

static int parse_descriptor(const struct option *option, const char *text)
{
	uint64_t descriptor;

	if (!number_parse(text, 10, INT_MAX, &descriptor))
		die("--", option->name, ": '", text, "' is not a file descriptor's number");
	return (int)descriptor;
}

/* In the order in which the options are: the root, the overlay's folder, each bind's source. */
static void take_trees(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	struct request *request = init->requests;
	char *word = strsep(&value, ",");

	if (init->root && word) {
		init->root_tree = parse_descriptor(option, word);
		word = strsep(&value, ",");
	}
	if (init->overlay && word) {
		init->overlay_tree = parse_descriptor(option, word);
		word = strsep(&value, ",");
	}
	for (; request && word; request = request->next)
		if (request->kind == REQUEST_BIND) {
			request->tree = parse_descriptor(option, word);
			word = strsep(&value, ",");
		}
}

static void take_setup_ids(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	char *group = request_split(value, ':');

	init->setup_uid = init_parse_id(option->name, value);
	init->setup_gid = group ? init_parse_id(option->name, group) : 0;
}

static void take_landlock(void *into, const struct option *option, char *value)
{
	struct init *init = into;
	struct landlock_path *path = memory_take(sizeof(*path));

	*path = (struct landlock_path){
		.next = init->landlock,
		.writable = !strcmp(option->name, "landlock-rw"),
		.path = checked_path(option, value),
	};
	init->landlock = path;
	/* Without it only who is privileged may restrict himself. */
	init->no_new_privs = true;
}

enum seccomp_kind init_seccomp_kind(const char *word)
{
	return !strcmp(word, "default")	 ? SECCOMP_DEFAULT
	       : !strcmp(word, "userns") ? SECCOMP_USERNS
	       : !strcmp(word, "none")	 ? SECCOMP_NONE
					 : SECCOMP_PROGRAM;
}

static void take_seccomp(void *into, const struct option *option, char *value)
{
	struct init *init = into;

	init->seccomp = init_seccomp_kind(value);
	if (init->seccomp == SECCOMP_PROGRAM)
		init->seccomp_descriptor = parse_descriptor(option, value);
}

static void take_launcher_fd(void *into, const struct option *option, char *value)
{
	((struct init *)into)->launcher = parse_descriptor(option, value);
}

static void take_terminal(void *into, const struct option *option, char *value)
{
	((struct init *)into)->terminal = *value == '-' ? -1 : parse_descriptor(option, value);
}

static void take_lock(void *into, const struct option *option, char *value)
{
	((struct init *)into)->lock = parse_descriptor(option, value);
}

static void take_args_fd(void *into, const struct option *option, char *value)
{
	char **words = arguments_read(parse_descriptor(option, value));
	char **rest = options_read(init_options, into, words);

	if (*rest)
		die("--args-fd: '", *rest, "' is not an option");
}

static noreturn void take_licence(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print("MIT License (SPDX: MIT). Copyright (c) 2026 the nslaunch authors. Without warranty.");
	_exit(0);
}

static noreturn void take_help(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print(message_program, " [OPTION]... [--] COMMAND [ARG]...");
	print("The init of a container: builds its root, runs COMMAND, forwards signals, reaps.");
	options_print(init_options);
	print("");
	print("The rest is in the manual: man nsinit");
	_exit(0);
}

static noreturn void take_version(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print(names_version());
	_exit(0);
}

const struct option init_options[] = {
	OPTIONS_HEADING("Options of an init"),
	{NULL, 'g', NULL, "signals go to the command's process group", take_group},
	{"single-child", 'c', NULL, "signals go to the command alone (the default)",
	 take_single_child},
	{"rewrite", 'r', "FROM:TO", "forward TO for FROM; TO 0: nothing; repeatable", take_rewrite},
	{NULL, 's', NULL, "adopt orphans where nsinit is not PID 1", take_subreaper},
	{NULL, 'p', "SIG", "the signal that nsinit gets when its parent dies", take_parent_signal},
	{NULL, 'w', NULL, "say which orphans were reaped", take_warn},
	{NULL, 'e', "CODE", "report exit status CODE as 0; repeatable", take_success},
	{NULL, 'P', NULL, "no command: reap, and end on SIGTERM or SIGINT", take_pause},
	{"kill-signal", 0, "SIG", "the signal for what is left at the end (TERM)",
	 take_kill_signal},
	{"grace", 0, "SECONDS", "how long what is left has until SIGKILL (0: none)", take_grace},
	{"wait-all", 0, NULL, "end when every descendant has ended", take_wait_all},
	{NULL, 'l', NULL, "print the licence", take_licence},
	{NULL, 'L', NULL, NULL, take_licence},
	{"verbose", 'v', NULL, "say each step as it is done", take_level},
	{"quiet", 'q', NULL, "say nothing but errors", take_level},
	{"explain", 0, NULL, "say what would be done, and do nothing", take_level},
	{"help", 'h', NULL, "say this", take_help},
	{"version", 'V', NULL, "say which version this is", take_version},
	{"args-fd", 0, "N", "read options from N first, each ended by a NUL byte", take_args_fd},
	OPTIONS_HEADING("Building the root"),
	{"root", 0, "DIR", "the root filesystem; without it the root is kept", take_root},
	{"read-only", 0, NULL, "the root is read-only; what is mounted in it is not",
	 take_read_only},
	{"ephemeral", 0, NULL, "what is written to the root is gone at the end", take_ephemeral},
	{"overlay", 0, "DIR", "what is written to the root is kept in DIR", take_overlay},
	{"propagation", 0, "private|slave", "slave: the host's later mounts below DIR come in",
	 take_propagation},
	{"bind", 0, "SRC[:DST[:OPTS]]", "show SRC of the host at DST; OPTS: ro, noexec, ...",
	 request_take_bind},
	{"ro-bind", 0, "SRC[:DST]", "the same, read-only", request_take_ro_bind},
	{"tmpfs", 0, "DST[:OPTS]", "an empty tmpfs at DST; OPTS: size=, mode=, ...",
	 request_take_tmpfs},
	{"mount", 0, "type=T,dst=DST,...", "bind, tmpfs, proc, sysfs, devpts, mqueue, overlay",
	 request_take_mount},
	{"symlink", 0, "TARGET:PATH", "make PATH a symbolic link to TARGET", request_take_symlink},
	{"file", 0, "FD:PATH", "make PATH a file with what descriptor FD holds", request_take_file},
	{"default-mounts", 0, NULL, "mount /proc, /sys and /dev", take_default_mounts},
	{"no-default-mounts", 0, NULL, "no /proc, /sys, /dev, and no masks in /proc",
	 take_default_mounts},
	{"share", 0, "LIST", "ipc,uts,net,cgroup,pid,user: the caller's; or join", take_share},
	{"hostname", 0, "NAME", "the hostname inside", take_hostname},
	{"domainname", 0, "NAME", "the NIS domain name inside", take_domainname},
	{"user", 0, "USER[:GROUP]", "run the command as this user, a name or a number", take_user},
	{"groups", 0, "LIST", "its supplementary groups, names or numbers", take_groups},
	{"workdir", 0, "DIR", "run the command in DIR", take_workdir},
	{"chdir", 0, "DIR", NULL, take_workdir},
	{"env", 0, "NAME[=VALUE]", "set a variable; without =VALUE: the caller's value", take_env},
	{"clearenv", 0, NULL, "no variables but those of --env", take_clearenv},
	{"keep-env", 0, NULL, "keep the caller's environment", take_keep_env},
	{"argv0", 0, "NAME", "what the command is told to be called", take_argv0},
	{"as-pid-1", 0, NULL, "become the command instead of starting it", take_as_pid_1},
	{"no-die-with-parent", 0, NULL, "outlive the launcher", take_outlive},
	/* What nobody types has no help but the manual. */
	OPTIONS_HEADING("From a launcher"),
	{"replace-root", 0, NULL, "", take_replace_root},
	{"loopback", 0, NULL, "", take_loopback},
	{"enter-clocks", 0, NULL, "", take_enter_clocks},
	{"bounding-set", 0, "HEX", "", take_bounding_set},
	{"ambient-set", 0, "HEX", "", take_ambient_set},
	{"no-new-privs", 0, NULL, "set-user-ID programs give nothing", take_no_new_privs},
	{"landlock-ro", 0, "PATH", "let the command read PATH, and nothing unnamed", take_landlock},
	{"landlock-rw", 0, "PATH", "the same, and write", take_landlock},
	{"seccomp", 0, "default|userns|none|FD", "filter system calls; FD: by the BPF read there",
	 take_seccomp},
	{"signal-mask", 0, "HEX", "", take_signal_mask},
	{"launcher-fd", 0, "N", "", take_launcher_fd},
	{"terminal", 0, "N", "", take_terminal},
	{"wait", 0, NULL, "", take_wait},
	{"wait-network", 0, NULL, "", take_wait_network},
	{"setup-ids", 0, "UID:GID", "", take_setup_ids},
	{"trees", 0, "N,...", "", take_trees},
	{"lock", 0, "N", "", take_lock},
	{"no-host-root", 0, NULL, "", take_no_host_root},
	{0},
};

void init_defaults(struct init *init)
{
	*init = (struct init){
		.uid = ID_NONE,
		.gid = ID_NONE,
		.bounding_set = UINT64_MAX,
		.kill_signal = SIGTERM,
		.launcher = -1,
		.terminal = -1,
		.directory = -1,
		.root_tree = -1,
		.overlay_tree = -1,
		.lock = -1,
		.setup_uid = ID_NONE,
	};
	for (unsigned int i = 0; i < sizeof(init->rewrite); i++)
		init->rewrite[i] = (uint8_t)i;
	init->requests_end = &init->requests;
	init->variables_end = &init->variables;
}

void init_check(const struct init *init)
{
	if (init->clear_environment && init->keep_environment)
		die("--clearenv and --keep-env contradict each other");
	if (init->read_only && !init->root)
		die("--read-only needs --root");
	if ((init->ephemeral || init->overlay) && !init->root)
		die(init->ephemeral ? "--ephemeral" : "--overlay", " needs --root");
	if (init->ephemeral && init->overlay)
		die("--ephemeral and --overlay contradict each other");
	if ((init->shared | init->joined) & CLONE_NEWUTS && (init->hostname || init->domainname))
		die(init->hostname ? "--hostname" : "--domainname",
		    " would change the namespace's that --share uts shares");
	if (init->shared & init->joined)
		die("--share: one namespace cannot be the caller's and FILE's");
	if (init->wait && init->launcher < 0)
		die("--wait needs --launcher-fd");
	if (init->wait_network && (init->launcher < 0 || !init->root))
		die("--wait-network needs --launcher-fd and --root");
}
