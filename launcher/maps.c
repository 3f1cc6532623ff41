/*
 * maps.c: the ids of a new user namespace. Runs outside: while options are read, before the namespaces
 * are made, and, maps_write, while nsinit waits.
 */
#include "maps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../init/identity.h"
#include "../init/kernel.h"
#include "../init/memory.h"
#include "../init/message.h"
#include "../init/number.h"
#include "../init/request.h"
#include "../init/status.h"
#include "launch.h"

/* What a map may hold at most, user_namespaces(7): lines, bytes of one write(2), and as it is shown. */
enum { LINES = 340, TEXT_BYTES = 4096, SHOWN_BYTES = LINES * 33 };

static struct map_line *add_line(struct map_line **list, uint32_t inside, uint32_t outside,
				 uint32_t count)
{
	struct map_line *line = memory_take(sizeof(*line));

	*line = (struct map_line){.inside = inside, .outside = outside, .count = count};
	while (*list)
		list = &(*list)->next;
	return *list = line;
}

static bool overlap(uint32_t one, uint32_t count, uint32_t other, uint32_t others)
{
	return one < (uint64_t)other + others && other < (uint64_t)one + count;
}

void maps_read(struct map_line **list, const char *option, char *value)
{
	const char *text = memory_keep(value);
	char *out = request_split(value, ':'), *many = out ? request_split(out, ':') : NULL;
	struct map_line *line;
	uint32_t inside, outside, count;

	if (!many)
		die(option, ": '", text, "' is not of the form IN:OUT:N");
	inside = init_parse_id(option, value);
	outside = init_parse_id(option, out);
	count = init_parse_id(option, many);
	if (!count || inside > ID_NONE - count || outside > ID_NONE - count)
		die(option, ": '", text, count ? "' goes beyond id 4294967294" : "' maps no id");
	for (line = *list; line; line = line->next)
		if (overlap(inside, count, line->inside, line->count) ||
		    overlap(outside, count, line->outside, line->count))
			die(option, ": '", line->text, "' and '", text, "' overlap");
	add_line(list, inside, outside, count)->text = text;
}

/* The id inside of id `outside`, or ID_NONE. */
static uint32_t inside_of(const struct map_line *list, uint32_t outside)
{
	for (; list; list = list->next)
		if (outside >= list->outside && outside - list->outside < list->count)
			return list->inside + (outside - list->outside);
	return ID_NONE;
}

/* Root's id inside where there is one. */
static uint32_t first_inside(const struct map_line *list)
{
	for (const struct map_line *line = list; line; line = line->next)
		if (line->inside == 0)
			return 0;
	return list ? list->inside : 0;
}

/*
 * A number of subuid(5) as newuidmap(1) takes it, by strtoll(3): blanks before it, a plus, 0x for hexadecimal, 0
 * for octal. Below nothing there is no id.
 */
static bool read_number(char *text, uint64_t *number)
{
	unsigned int base = 10;

	text += strspn(text, " \t\v\f\r");
	text += *text == '+';
	for (char *digit = text; *digit; digit++)
		*digit = (char)(*digit >= 'A' && *digit <= 'Z' ? *digit - 'A' + 'a' : *digit);
	if (*text == '0')
		base = text[1] == 'x' ? 16 : 8;
	return number_parse(base == 16 ? text + 2 : text, base, INT64_MAX, number);
}

/* FROM:COUNT and, as newuidmap(1) does not look at it, whatever comes after. What is no id is left out. */
static bool read_range(char *text, uint64_t *first, uint64_t *count)
{
	char *from = strsep(&text, ":"), *many = strsep(&text, ":");

	if (!many || !read_number(from, first) || !read_number(many, count) || *first >= ID_NONE)
		return false;
	if (*count > ID_NONE - *first)
		*count = ID_NONE - *first;
	return true;
}

/* Whose a line of subuid(5) is: it may say the id, or any name that this has in /etc/passwd. */
static bool is_callers(const char *who, uint32_t uid, const char *name)
{
	struct users_word word = {.name = who};
	char number[TEXT_NUMBER];
	struct users_entry entry;

	return !strcmp(who, text_number(number, uid)) || (name && !strcmp(who, name)) ||
	       (users_find(RESOLVE_INSIDE, &word, &entry) && entry.uid == uid);
}

/* How many of the `most` ids from `first` on are all in the list, or else all not. */
static uint64_t alike(const struct map_line *list, uint64_t first, uint64_t most, bool *there)
{
	uint64_t count = most;

	*there = false;
	for (; list && !*there; list = list->next) {
		uint64_t end = (uint64_t)list->outside + list->count;

		*there = first >= list->outside && first < end;
		if (*there)
			count = end - first < most ? end - first : most;
		else if (list->outside > first && list->outside - first < count)
			count = list->outside - first;
	}
	return count;
}

/*
 * Shows `count` ids from `first` on as those inside from *next on, which leave out own_inside. The kernel refuses
 * a map that has an id twice, which lines of subuid(5) may give that overlap: there it has been added.
 */
static void add_range(struct map_line **list, uint32_t *next, uint32_t own_inside, uint64_t first,
		      uint64_t count)
{
	while (count && *next < ID_NONE) {
		bool there;
		uint64_t part = alike(*list, first, count, &there);

		if (!there) {
			uint32_t room = (*next < own_inside ? own_inside : ID_NONE) - *next;

			if (part > room)
				part = room;
			add_line(list, *next, (uint32_t)first, (uint32_t)part);
			*next += (uint32_t)part;
			*next += *next == own_inside;
		}
		first += part;
		count -= part;
	}
}

/*
 * --map-auto: the caller, and from 0 on, leaving out its id inside, what subuid(5) or subgid(5) gives
 * it, by name or number.
 */
static void add_subordinate(struct map_line **list, const char *path, const struct launch *launch,
			    const char *name, uint32_t own_inside)
{
	char line[USERS_LINE], number[TEXT_NUMBER];
	struct users_file users;
	uint64_t first, count;
	uint32_t next = own_inside == 0;
	bool there = users_open(&users, RESOLVE_INSIDE, path);

	text_number(number, launch->uid);
	while (there && users_line(&users, line, sizeof(line))) {
		char *rest = line, *who = strsep(&rest, ":");

		if (rest && read_range(rest, &first, &count) && is_callers(who, launch->uid, name))
			add_range(list, &next, own_inside, first, count);
	}
	if (there)
		users_close(&users);
	if ((*list)->next)
		return;
	message_die(
		0, "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER",
		TEXT_WORDS("--map-auto: ", path, " has no range for user ", name ? name : number));
}

static void map_auto(struct launch *launch)
{
	struct users_word caller = {.id = launch->uid};
	struct users_entry entry;
	const char *name = users_find(RESOLVE_INSIDE, &caller, &entry) ? entry.name : NULL;
	bool kept = launch->map == MAP_CURRENT;

	add_line(&launch->uids, kept ? launch->uid : 0, launch->uid, 1);
	add_line(&launch->gids, kept ? launch->gid : 0, launch->gid, 1);
	add_subordinate(&launch->uids, "/etc/subuid", launch, name, launch->uids->inside);
	add_subordinate(&launch->gids, "/etc/subgid", launch, name, launch->gids->inside);
}

/* One id: the caller's, as itself, as root, or as whom the command is to be. */
static void map_single(struct launch *launch)
{
	uint32_t uid = 0, gid = 0;

	if (launch->map == MAP_CURRENT) {
		uid = launch->uid;
		gid = launch->gid;
	} else if (launch->inside.user_said) {
		uid = launch->inside.uid;
		gid = launch->inside.gid;
	}
	if (launch->inside.groups_said && launch->inside.group_words_count)
		die("--groups: where one id is mapped the kernel lets nobody set groups; use --map-auto");
	add_line(&launch->uids, uid, launch->uid, 1);
	add_line(&launch->gids, gid, launch->gid, 1);
}

/* The next number in text, and the text after it, or NULL where there is none. */
static char *next_number(char *text, uint64_t *number)
{
	char *start = text + strspn(text, " \n");
	char *end = start + strcspn(start, " \n");

	if (!*end)
		return NULL;
	*end = '\0';
	return number_parse(start, 10, UINT32_MAX, number) ? end + 1 : NULL;
}

/*
 * What the caller's own namespace has, each id as itself: 0 to 4294967294 in the initial one. One read(2)
 * of a file in /proc brings a page at most.
 */
static struct map_line *read_own(const char *path)
{
	char *ours = memory_take(SHOWN_BYTES + 1);
	struct map_line *list = NULL;
	uint64_t first, outside, count;
	size_t length = 0;
	ssize_t bytes = -1;
	int file = kernel_open(path, O_RDONLY);

	while (file >= 0 && (bytes = read(file, ours + length, SHOWN_BYTES - length)) > 0)
		length += (size_t)bytes;
	if (bytes < 0)
		die_errno("cannot read ", path);
	close(file);
	memory_give_back(ours, length + 1);
	for (char *rest = ours; (rest = next_number(rest, &first)) &&
				(rest = next_number(rest, &outside)) &&
				(rest = next_number(rest, &count));)
		add_line(&list, (uint32_t)first, (uint32_t)first, (uint32_t)count);
	return list;
}

/* The kernel would refuse the whole map with one EPERM; here it is said which line. */
static void check_outside(const struct map_line *list, const char *option, const char *path)
{
	const struct map_line *own = read_own(path), *part;

	for (; list; list = list->next) {
		uint64_t next = list->outside, end = next + list->count;

		for (part = own; part && next < end;)
			if (next >= part->outside && next - part->outside < part->count) {
				next = (uint64_t)part->outside + part->count;
				part = own;
			} else {
				part = part->next;
			}
		if (next < end && list->text)
			die(option, ": '", list->text,
			    "': the caller's own user namespace has not all of these ids outside (",
			    path, ")");
	}
}

/* As the kernel reads it; ends the program where the kernel would not. */
static char *text_of(const struct map_line *list, const char *option)
{
	char *text = memory_take(TEXT_BYTES), inside[TEXT_NUMBER], outside[TEXT_NUMBER],
	     count[TEXT_NUMBER];
	size_t used = 0, lines = 0;

	for (; list; list = list->next) {
		text_number(inside, list->inside);
		text_number(outside, list->outside);
		if (++lines > LINES ||
		    !text_join(text + used, TEXT_BYTES - used, inside, " ", outside, " ",
			       text_number(count, list->count), "\n"))
			die(option,
			    ": a map has at most 340 lines, and 4095 bytes, user_namespaces(7)");
		used += strlen(text + used);
	}
	memory_give_back(text, used + 1);
	return text;
}

static bool is_own(const struct map_line *list, uint32_t id)
{
	return list && !list->next && list->count == 1 && list->outside == id;
}

/* By fixed path of the host, before anything of the container's exists: CVE-2022-1227. */
static const char *find_helper(const char *const paths[])
{
	for (; *paths; paths++)
		if (access(*paths, X_OK) == 0)
			return *paths;
	message_die(
		0,
		"Debian and Ubuntu have both in the package uidmap, others in shadow-utils or shadow",
		TEXT_WORDS(
			"an ordinary user maps more than its own id with newuidmap and newgidmap, "
			"which are not there"));
}

static void decide_writer(struct launch *launch)
{
	static const char *const newuidmap[] = {"/usr/bin/newuidmap", "/bin/newuidmap",
						"/run/wrappers/bin/newuidmap", NULL};
	static const char *const newgidmap[] = {"/usr/bin/newgidmap", "/bin/newgidmap",
						"/run/wrappers/bin/newgidmap", NULL};

	if (is_own(launch->uids, launch->uid) && is_own(launch->gids, launch->gid) &&
	    launch->setgroups != SETGROUPS_ALLOW) {
		launch->maps_by = MAPS_BY_CHILD;
		return;
	}
	launch->uid_text = text_of(launch->uids, "--uid-map");
	launch->gid_text = text_of(launch->gids, "--gid-map");
	if (launch->uid == 0) {
		launch->maps_by = MAPS_BY_PARENT;
		check_outside(launch->uids, "--uid-map", "/proc/self/uid_map");
		check_outside(launch->gids, "--gid-map", "/proc/self/gid_map");
	} else {
		launch->maps_by = MAPS_BY_HELPER;
		launch->newuidmap = find_helper(newuidmap);
		launch->newgidmap = find_helper(newgidmap);
	}
}

static void tell_ids(struct launch *launch, const char *option, uint32_t uid, uint32_t gid)
{
	char user[TEXT_NUMBER], group[TEXT_NUMBER], ids[2 * TEXT_NUMBER];

	text_join(ids, sizeof(ids), text_number(user, uid), ":", text_number(group, gid));
	launch_tell(launch, option, ids);
}

/* Who nsinit is while it sets up, and the command where nobody said it. */
static void decide_inside(struct launch *launch)
{
	uint32_t uid = inside_of(launch->uids, launch->uid);
	uint32_t gid = inside_of(launch->gids, launch->gid);

	if (uid == ID_NONE || gid == ID_NONE) {
		uid = uid == ID_NONE ? first_inside(launch->uids) : uid;
		gid = gid == ID_NONE ? first_inside(launch->gids) : gid;
		tell_ids(launch, "--setup-ids", uid, gid);
	}
	launch->uid_inside = uid;
	/* Root is root inside, whatever its groups were. */
	if (!launch->inside.user_said && launch->maps_by != MAPS_BY_CHILD)
		tell_ids(launch, "--user", uid, uid == 0 ? first_inside(launch->gids) : gid);
}

void maps_decide(struct launch *launch)
{
	bool created = launch->namespaces & CLONE_NEWUSER;
	bool lines = launch->uids || launch->gids;

	if (launch->unmapped) {
		launch->maps_by = MAPS_BY_NOBODY;
		return;
	}
	if (!created ||
	    (launch->uid == 0 && launch->map == MAP_NONE && !launch->map_auto && !lines)) {
		launch->maps_by = created ? MAPS_BY_PARENT : MAPS_BY_NOBODY;
		if (created) {
			launch->uid_text = text_of(read_own("/proc/self/uid_map"), "--userns");
			launch->gid_text = text_of(read_own("/proc/self/gid_map"), "--userns");
		}
		if (launch->inside.joined & CLONE_NEWUSER && launch->uid == 0)
			launch_tell(launch, "--setup-ids", "0:0");
		if (launch->uid == 0 && !launch->inside.user_said)
			launch_tell(launch, "--user", "0:0");
		return;
	}
	if (launch->map_auto)
		map_auto(launch);
	else if (!lines)
		map_single(launch);
	/* One of two lists serves for both, as with podman. */
	if (!launch->gids)
		launch->gids = launch->uids;
	if (!launch->uids)
		launch->uids = launch->gids;
	launch->lines = true;
	decide_writer(launch);
	if (launch->maps_by == MAPS_BY_CHILD && launch->setgroups == SETGROUPS_DENY)
		launch->setgroups = SETGROUPS_DEFAULT;
	decide_inside(launch);
}

bool maps_hold(const struct launch *launch, uint32_t outside)
{
	return !launch->lines || inside_of(launch->uids, outside) != ID_NONE;
}

static uint32_t outside_of(const struct map_line *list)
{
	uint32_t inside = first_inside(list);

	while (inside < list->inside || inside - list->inside >= list->count)
		list = list->next;
	return list->outside + (inside - list->inside);
}

void maps_outside(const struct launch *launch, uid_t *uid, gid_t *gid)
{
	*uid = outside_of(launch->uids);
	*gid = outside_of(launch->gids);
}

uint32_t maps_outside_user(const struct launch *launch, uint32_t inside)
{
	for (const struct map_line *line = launch->lines ? launch->uids : NULL; line;
	     line = line->next)
		if (inside >= line->inside && inside - line->inside < line->count)
			return line->outside + (inside - line->inside);
	return ID_NONE;
}

const char maps_short[] = "the file took less than was written to it";

static void write_text(pid_t pid, const char *name, const char *text)
{
	char path[64], number[TEXT_NUMBER];
	ssize_t written;
	int file;

	text_join(path, sizeof(path), "/proc/", text_number(number, pid), "/", name);
	file = kernel_open(path, O_WRONLY);
	written = file < 0 ? -1 : write(file, text, strlen(text));
	if (written < 0)
		step_failed(errno == EPERM
				    ? "it takes CAP_SETUID and CAP_SETGID, and CAP_SETFCAP where "
				      "0 is mapped to 0"
				    : NULL);
	errno = 0;
	if ((size_t)written != strlen(text))
		step_failed(maps_short);
	close(file);
}

/*
 * A program that maps ids for process pid: its name and its words. What it says goes to descriptor `said`,
 * and its environment is empty; signals act on it as the caller lets them.
 */
static pid_t start_helper(const struct launch *launch, const char *path, char **words, int said)
{
	char *none[] = {NULL};
	pid_t helper = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */

	if (helper == 0) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Vfork): these are system calls and nothing more */
		if (dup2(said, STDERR_FILENO) == STDERR_FILENO &&
		    kernel_sigprocmask(SIG_SETMASK, &launch->signals.mask, NULL) == 0)
			execve(path, words, none);
		_exit(STATUS_FAILED);
	}
	return helper;
}

/*
 * Until the helper has something to say, or has closed its end. It may wait for a directory service for
 * ever: what would have ended this program in the meantime ends both, and nsinit with us.
 */
static void wait_for_helper(const struct launch *launch, pid_t helper, int said)
{
	const uint64_t ending = signals_ends(&launch->signals);
	const long at_once[2] = {0, 0};
	struct pollfd events[] = {
		{.fd = said, .events = POLLIN},
		{.fd = kernel_signalfd(&ending, O_CLOEXEC), .events = POLLIN},
	};
	siginfo_t signal;

	if (events[1].fd < 0 || (poll(events, 2, -1) < 0 && errno != EINTR))
		step_failed(NULL);
	close(events[1].fd);
	if (!(events[1].revents & POLLIN) || kernel_sigtimedwait(&ending, &signal, at_once) < 0)
		return;
	kill(helper, SIGKILL);
	_exit(STATUS_SIGNALED + signal.si_signo);
}

/* Runs it to its end; the first line of what it says comes back. Returns its exit status, or -1. */
static int run_helper(const struct launch *launch, const char *path, char **words, char *said,
		      size_t room)
{
	size_t length = 0;
	int ends[2], status = -1;
	ssize_t bytes;
	pid_t helper;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	helper = start_helper(launch, path, words, ends[1]);
	close(ends[1]);
	if (helper < 0)
		return -1;
	do {
		wait_for_helper(launch, helper, ends[0]);
		bytes = read(ends[0], said + length, room - 1 - length);
		length += bytes > 0 ? (size_t)bytes : 0;
	} while (bytes > 0);
	close(ends[0]);
	said[length] = '\0';
	said[strcspn(said, "\n")] = '\0';
	if (bytes < 0 || waitpid(helper, &status, 0) != helper)
		return -1;
	return status_from_wait(status);
}

/* newuidmap PID IN OUT N ... */
static void map_with_helper(const struct launch *launch, const char *path, pid_t pid,
			    const char *text)
{
	char said[512], number[TEXT_NUMBER], *words[3 * LINES + 3];
	size_t count = 0;
	int status;

	/* By its name it speaks of itself. */
	words[count++] = memory_keep(strrchr(path, '/') + 1);
	words[count++] = text_number(number, pid);
	for (char *rest = memory_keep(text), *word; (word = strsep(&rest, " \n"));)
		if (*word)
			words[count++] = word;
	words[count] = NULL;
	status = run_helper(launch, path, words, said, sizeof(said));
	if (status < 0)
		step_failed(NULL);
	if (status > 0)
		die("cannot map ids: ", *said ? said : path, *said ? "" : " ended with status ",
		    *said ? "" : text_number(number, status));
}

/* newgidmap itself denies setgroups where no group of subgid(5) is mapped. */
static void check_setgroups(const struct launch *launch, pid_t pid)
{
	char path[64], number[TEXT_NUMBER], word[8] = "";
	int file;

	if (launch->setgroups != SETGROUPS_ALLOW)
		return;
	text_join(path, sizeof(path), "/proc/", text_number(number, pid), "/setgroups");
	file = kernel_open(path, O_RDONLY);
	if (file < 0 || read(file, word, sizeof(word) - 1) < 0)
		step_failed(NULL);
	close(file);
	if (strncmp(word, "allow", 5) != 0)
		die("--setgroups allow: newgidmap allows it only where a group of /etc/subgid is mapped");
}

static bool step_map(const struct launch *launch)
{
	static char lines[128]; /* a step's words stay */
	char *newline;

	if (!launch->lines)
		return step("map every user and group id to itself");
	text_join(lines, sizeof(lines), launch->uid_text);
	while ((newline = strchr(lines, '\n')))
		*newline = newline[1] ? ';' : '\0';
	return step("map user ids (inside, outside, how many) ", lines, ", and group ids",
		    launch->maps_by == MAPS_BY_HELPER ? ", with newuidmap and newgidmap" : "");
}

void maps_write(const struct launch *launch, pid_t pid)
{
	if (launch->maps_by != MAPS_BY_PARENT && launch->maps_by != MAPS_BY_HELPER)
		return;
	/* Before the map of groups, after which it may not be changed: user_namespaces(7). */
	if (launch->setgroups == SETGROUPS_DENY && step("deny setgroups"))
		write_text(pid, "setgroups", "deny");
	if (!step_map(launch))
		return;
	if (launch->maps_by == MAPS_BY_PARENT) {
		write_text(pid, "uid_map", launch->uid_text);
		write_text(pid, "gid_map", launch->gid_text);
	} else {
		map_with_helper(launch, launch->newuidmap, pid, launch->uid_text);
		map_with_helper(launch, launch->newgidmap, pid, launch->gid_text);
		check_setgroups(launch, pid);
	}
}
