/*
 * nslaunch.c: nslaunch's options, what it decides from them, and what nsinit makes of what it is told.
 * An input: "UID GID 0", the caller's, and then the words, one a line; after lines "%%": /etc/passwd,
 * /etc/subuid, /etc/subgid, /proc/self/uid_map and gid_map.
 */
#include <string.h>

#include "../init/kernel.h"
#include "../init/message.h"
#include "../launcher/launch.h"
#include "../launcher/seccomp.h"
#include "common/fuzz.h"

static struct launch launch;
static char **words;

static void read_options(void *context)
{
	(void)context;
	launch_read_options(&launch, words);
}

static void decide(void *context)
{
	(void)context;
	launch_tell(&launch, "--launcher-fd", "3");
	launch_decide(&launch);
	seccomp_hand_over(&launch);
}

static void read_inside(void *context)
{
	struct init *init = context;

	init_defaults(init);
	init->command = options_read(init_options, init, fuzz_words("--args-fd=900", ""));
	init_check(init);
}

/* nsinit, reading what it was told. */
static void tell(struct init *init)
{
	fuzz_arguments(launch.arguments.text, launch.arguments.length);
	fuzz_check(fuzz_run(read_inside, init));
	fuzz_check(!*init->command);
	fuzz_check_init(init);
}

/* What was looked at here is what nsinit reads, but for the mounts that it is told of first. */
static void check_told(void)
{
	struct init init, *inside = &launch.inside;

	tell(&init);
	if (!inside->default_mounts_said)
		inside->default_mounts = inside->default_mounts_said = true;
	fuzz_check_same(&init, inside);
}

/* Each line of a map as the kernel wants it; returns how many. */
static size_t check_map(const char *text)
{
	uint32_t line[3]; /* inside, outside, how many */
	size_t lines = 0;

	fuzz_check(strlen(text) < 4096);
	for (; *text; text++, lines++) {
		fuzz_check(fuzz_numbers(&text, line) && *text == '\n');
		fuzz_check(line[2] && line[0] <= UINT32_MAX - line[2] &&
			   line[1] <= UINT32_MAX - line[2]);
	}
	fuzz_check(lines <= 340);
	return lines;
}

/* No id inside twice. */
static void check_apart(const struct map_line *list)
{
	for (; list; list = list->next)
		for (const struct map_line *other = list->next; other; other = other->next)
			fuzz_check(list->inside >= (uint64_t)other->inside + other->count ||
				   other->inside >= (uint64_t)list->inside + list->count);
}

static void check_decided(void)
{
	struct init init;

	tell(&init);
	fuzz_check(init.launcher == 3 && init.bounding_set_said);
	fuzz_check(init.no_new_privs == !launch.allow_new_privs);
	fuzz_check(!(init.ambient_set & ~init.bounding_set));
	fuzz_check(launch.maps_by == MAPS_BY_NOBODY || launch.namespaces & CLONE_NEWUSER);
	/* An ordinary user's command has a user namespace. */
	fuzz_check(fuzz_uid == 0 || launch.namespaces & CLONE_NEWUSER ||
		   (launch.inside.shared | launch.inside.joined) & CLONE_NEWUSER);
	if (launch.lines) {
		uid_t uid;
		gid_t gid;

		check_apart(launch.uids);
		check_apart(launch.gids);
		maps_outside(&launch, &uid, &gid);
	}
	if (launch.uid_text && launch.lines)
		fuzz_check(check_map(launch.uid_text) && check_map(launch.gid_text));
}

void fuzz_one(const char *data, size_t size)
{
	static const char *const paths[] = {"/etc/passwd", "/etc/subuid", "/etc/subgid",
					    "/proc/self/uid_map", "/proc/self/gid_map"};
	struct fuzz_input input = {data, data + size};
	struct fuzz_text text = fuzz_grow(fuzz_part(&input));
	const char *line = text.text;
	uint32_t caller[3];
	size_t first = strcspn(text.text, "\n");

	message_program = "nslaunch";
	if (first == text.length || !fuzz_numbers(&line, caller))
		return;
	fuzz_uid = caller[0];
	fuzz_gid = caller[1];
	words = fuzz_words("nslaunch", text.text + first + 1);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths) && input.next; i++) {
		struct fuzz_text file = fuzz_part(&input);

		fuzz_file(paths[i], file.text, file.length);
	}
	if (!fuzz_run(read_options, NULL))
		return;
	check_told();
	if (fuzz_run(decide, NULL))
		check_decided();
}
