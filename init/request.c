/*
 * request.c: what the user wants to be mounted or made in the root. Runs in both programs, while
 * options are read; looks at nothing of the system.
 */
#include "request.h"

#include <limits.h>
#include <string.h>
#include <sys/mount.h>

#include "init.h"
#include "kernel.h"
#include "memory.h"
#include "message.h"
#include "number.h"
#include "tmpfs.h"

enum { ATIME = KERNEL_MOUNT_ATTR_ATIME, LAYERS_MOST = 128 };

char *request_split(char *text, char separator)
{
	char *kept = text;

	for (; *text && *text != separator; text++) {
		if (text[0] == '\\' && text[1] == separator)
			text++;
		*kept++ = *text;
	}
	if (!*text) {
		*kept = '\0';
		return NULL;
	}
	*kept = '\0';
	return text + 1;
}

/*
 * mount(8)'s words for what mount_setattr(2) sets; those that set nothing take a default away, or what the
 * source of a bind has of its own. (Not nosuid and its kin: these are taken from nobody.)
 */
static const struct {
	const char *name;
	unsigned long set, clear, cleared;
} attributes[] = {
	{"ro", .set = MS_RDONLY},
	{"rw", .clear = MS_RDONLY},
	{"nosuid", .set = MS_NOSUID},
	{"suid", .clear = MS_NOSUID},
	{"nodev", .set = MS_NODEV},
	{"dev", .clear = MS_NODEV},
	{"noexec", .set = MS_NOEXEC},
	{"exec", .clear = MS_NOEXEC},
	{"readonly", .set = MS_RDONLY},
	{"noatime", KERNEL_MOUNT_ATTR_NOATIME, ATIME, ATIME},
	{"strictatime", KERNEL_MOUNT_ATTR_STRICTATIME, ATIME, ATIME},
	/* The kernel's default, and what mount(8) makes of the four. */
	{"relatime", 0, ATIME, ATIME},
	{"norelatime", 0, ATIME, ATIME},
	{"nostrictatime", 0, ATIME, ATIME},
	{"atime", 0, ATIME, ATIME},
	{"nodiratime", .set = KERNEL_MOUNT_ATTR_NODIRATIME},
	{"diratime", 0, KERNEL_MOUNT_ATTR_NODIRATIME, KERNEL_MOUNT_ATTR_NODIRATIME},
	{"nosymfollow", .set = KERNEL_MOUNT_ATTR_NOSYMFOLLOW},
	{"symfollow", 0, KERNEL_MOUNT_ATTR_NOSYMFOLLOW, KERNEL_MOUNT_ATTR_NOSYMFOLLOW},
	/* As without it. */
	{"defaults", 0, 0, 0},
};

static bool take_attribute(struct request *request, const char *word)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		if (strcmp(attributes[i].name, word) != 0)
			continue;
		request->attributes &= ~attributes[i].clear;
		request->attributes |= attributes[i].set;
		request->cleared |= attributes[i].cleared;
		return true;
	}
	return false;
}

static bool take_bind_word(struct request *request, const char *word)
{
	if (!strcmp(word, "rec") || !strcmp(word, "norec"))
		request->recursive = *word == 'r';
	else if (!strcmp(word, "private") || !strcmp(word, "slave"))
		request->slave = *word == 's';
	else
		return take_attribute(request, word);
	return true;
}

static struct request *add(struct init *init, enum request_kind kind)
{
	struct request *request = memory_take(sizeof(*request));

	request->kind = kind;
	request->tree = -1;
	request->recursive = true;
	request->attributes = MS_NOSUID | MS_NODEV;
	*init->requests_end = request;
	init->requests_end = &request->next;
	return request;
}

static void check_target(const struct option *option, const char *target)
{
	if (target[0] != '/')
		die("--", option->name, ": '", target,
		    "' is not an absolute path inside the root filesystem");
}

/* Points `words` to SRC:DST's third part, or NULL. */
static struct request *add_bind(struct init *init, const struct option *option, char *value,
				char **words)
{
	struct request *request = add(init, REQUEST_BIND);

	request->source = value;
	request->target = request_split(value, ':');
	*words = request->target ? request_split(request->target, ':') : NULL;
	if (!*request->source)
		die("--", option->name, ": the source is empty");
	if (!request->target || !*request->target)
		request->target = request->source;
	check_target(option, request->target);
	return request;
}

void request_take_bind(void *into, const struct option *option, char *value)
{
	char *rest;
	struct request *request = add_bind(into, option, value, &rest);

	for (char *word; (word = strsep(&rest, ","));)
		if (*word && !take_bind_word(request, word))
			die("--bind: unknown mount option '", word, "'");
}

void request_take_ro_bind(void *into, const struct option *option, char *value)
{
	char *words;
	struct request *request = add_bind(into, option, value, &words);

	if (words)
		die("--ro-bind takes SRC[:DST]; with options: --bind SRC:DST:ro,OPTS");
	request->attributes |= MS_RDONLY;
}

static void add_option(struct request *request, const char *name, const char *value)
{
	const char **before = request->options;

	/* Two, and one that ends them. */
	if (request->options_count + 3 > request->options_room) {
		request->options_room = 2 * request->options_room + 8;
		request->options = memory_take(request->options_room * sizeof(*before));
		if (before)
			memcpy(request->options, before, request->options_count * sizeof(*before));
	}
	request->options[request->options_count++] = name;
	request->options[request->options_count++] = value;
	request->options[request->options_count] = NULL;
}

static void add_tmpfs_option(struct request *request, const char *option, const char *name,
			     const char *value)
{
	const char *wrong = tmpfs_check(name, value);

	if (wrong)
		die("--", option, ": '", name, value ? "=" : "", value ? value : "", "' ", wrong);
	add_option(request, name, value);
}

/* Ends a word at its comma, and returns what comes after. The nodes of mpol= have commas between them. */
static char *end_tmpfs_word(char *word)
{
	bool policy = !strncmp(word, "mpol=", strlen("mpol="));

	for (; *word; word++)
		if (*word == ',' && !(policy && word[1] >= '0' && word[1] <= '9')) {
			*word = '\0';
			return word + 1;
		}
	return NULL;
}

void request_take_tmpfs(void *into, const struct option *option, char *value)
{
	struct request *request = add(into, REQUEST_FS);
	char *rest = request_split(value, ':');

	request->fs = "tmpfs";
	request->target = value;
	check_target(option, value);
	for (char *word = rest; word; word = rest) {
		char *equals;

		rest = end_tmpfs_word(word);
		if (!*word || take_attribute(request, word))
			continue;
		equals = strchr(word, '=');
		if (equals)
			*equals++ = '\0';
		add_tmpfs_option(request, option->name, word, equals);
	}
}

/* What --mount knows by type=: what the kernel calls it, and how it is mounted if nothing is said. */
static const struct {
	const char *name;
	unsigned long attributes;
} types[] = {
	{"bind", MS_NOSUID | MS_NODEV},
	{"tmpfs", MS_NOSUID | MS_NODEV},
	{"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC},
	{"sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY},
	{"devpts", MS_NOSUID | MS_NOEXEC},
	{"mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC},
	{"overlay", MS_NOSUID | MS_NODEV},
};

/* A pseudo-terminal instance of its own. */
static void add_devpts_options(struct request *request)
{
	add_option(request, "newinstance", NULL);
	add_option(request, "ptmxmode", "0666");
	add_option(request, "mode", "0620");
}

/* The word behind the next comma that is not part of a path, or NULL. */
static const char *next_word(const char *word)
{
	for (; *word; word++)
		if (word[0] == '\\' && word[1] == ',')
			word++;
		else if (*word == ',')
			return word + 1;
	return NULL;
}

/* First, since the other words are about it: type=, or a bind where there is a source. */
static void take_type(struct request *request, const char *value)
{
	const char *type = NULL;
	bool source = false;

	for (const char *word = value; word; word = next_word(word)) {
		if (!strncmp(word, "type=", 5))
			type = word + 5;
		source |= !strncmp(word, "src=", 4) || !strncmp(word, "source=", 7);
	}
	if (!type && !source)
		die("--mount: '", value, "' has no type=");
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		size_t length = strlen(types[i].name);

		if (type ? strncmp(type, types[i].name, length) != 0 ||
				    (type[length] && type[length] != ',')
			 : i > 0)
			continue;
		request->kind = i == 0 ? REQUEST_BIND : REQUEST_FS;
		request->fs = types[i].name;
		request->attributes = types[i].attributes;
		if (!strcmp(request->fs, "devpts"))
			add_devpts_options(request);
		return;
	}
	die("--mount: unknown type in '", value,
	    "'; there are bind, tmpfs, proc, sysfs, devpts, mqueue and overlay");
}

static bool is_yes(const char *value)
{
	if (!strcmp(value, "true") || !strcmp(value, "1"))
		return true;
	if (strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
		die("--mount: '", value, "' is neither true nor false");
	return false;
}

static char *overlay_folder(const char *key, char *value)
{
	if (*value != '/')
		die("--mount: ", key, "=", value, " is not an absolute path");
	return value;
}

/* The lower folders, the uppermost first. */
static char **overlay_layers(char *value)
{
	size_t count = 2;
	char **layers, **next;

	for (const char *text = value; *text; text++)
		count += *text == ':';
	layers = next = memory_take(count * sizeof(*layers));
	for (char *layer = value, *rest; layer; layer = rest) {
		rest = request_split(layer, ':');
		*next++ = overlay_folder("lower", layer);
	}
	if (next - layers > LAYERS_MOST)
		die("--mount: an overlay takes at most 128 lower folders");
	*next = NULL;
	return layers;
}

/* What a proc filesystem shows, proc(5): false for a word that is not one of its own. */
static bool take_proc_word(struct request *request, const char *key, const char *value)
{
	static const char words[][11] = {"subset=pid", "hidepid=0", "hidepid=1", "hidepid=2",
					 "hidepid=4"};
	char word[32];

	if (!text_join(word, sizeof(word), key, "=", value))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(word, words[i])) {
			add_option(request, key, value);
			return true;
		}
	return false;
}

/* A word with a value, KEY=VALUE. False: there is none of that name for this type. */
static bool take_pair(struct request *request, const char *key, char *value)
{
	bool bind = request->kind == REQUEST_BIND;
	bool tmpfs = !bind && !strcmp(request->fs, "tmpfs");
	bool overlay = !bind && !strcmp(request->fs, "overlay");

	if (!strcmp(key, "type"))
		return true;
	if (!strcmp(key, "dst") || !strcmp(key, "target") || !strcmp(key, "destination"))
		request->target = value;
	else if (!strcmp(key, "ro") || !strcmp(key, "readonly"))
		take_attribute(request, is_yes(value) ? "ro" : "rw");
	else if (bind && (!strcmp(key, "src") || !strcmp(key, "source")))
		request->source = value;
	else if (bind && !strcmp(key, "bind-propagation"))
		/* Docker's words; ours are recursive by themselves. */
		return take_bind_word(request, *value == 'r' ? value + 1 : value);
	else if (bind && !strcmp(key, "bind-nonrecursive"))
		request->recursive = !is_yes(value);
	else if (tmpfs && (!strcmp(key, "tmpfs-size") || !strcmp(key, "tmpfs-mode")))
		add_tmpfs_option(request, "mount", key + strlen("tmpfs-"), value);
	else if (tmpfs)
		add_tmpfs_option(request, "mount", key, value);
	else if (!bind && !strcmp(request->fs, "proc"))
		return take_proc_word(request, key, value);
	else if (overlay && !strcmp(key, "lower"))
		request->layers = overlay_layers(value);
	else if (overlay && !strcmp(key, "upper"))
		request->upper = overlay_folder(key, value);
	else if (overlay && !strcmp(key, "work"))
		request->work = overlay_folder(key, value);
	else
		return false;
	return true;
}

/* A word without a value. */
static bool take_word(struct request *request, const char *word)
{
	if (request->kind == REQUEST_BIND)
		return take_bind_word(request, word);
	if (take_attribute(request, word))
		return true;
	if (strcmp(request->fs, "tmpfs") != 0 || tmpfs_check(word, NULL))
		return false;
	add_option(request, word, NULL);
	return true;
}

static void check_mount(const struct request *request)
{
	if (!request->target || request->target[0] != '/')
		die("--mount: it needs dst=, an absolute path inside the root filesystem");
	if (request->kind == REQUEST_BIND && (!request->source || !*request->source))
		die("--mount: a bind needs src=");
	if (request->kind == REQUEST_BIND || strcmp(request->fs, "overlay") != 0)
		return;
	if (!request->layers)
		die("--mount: an overlay needs lower=");
	if (!request->upper != !request->work)
		die("--mount: an overlay's upper= and work= go together");
}

void request_take_mount(void *into, const struct option *option, char *value)
{
	struct request *request = add(into, REQUEST_FS);

	(void)option;
	take_type(request, value);
	for (char *word = value, *rest; word; word = rest) {
		char *equals;

		rest = request_split(word, ',');
		equals = strchr(word, '=');
		if (equals)
			*equals++ = '\0';
		if (!*word && !equals)
			continue;
		if (equals ? !take_pair(request, word, equals) : !take_word(request, word))
			die("--mount: unknown option '", word, "' for type ", request->fs);
	}
	check_mount(request);
}

void request_take_symlink(void *into, const struct option *option, char *value)
{
	struct request *request = add(into, REQUEST_SYMLINK);

	request->source = value;
	request->target = request_split(value, ':');
	if (!*value || !request->target)
		die("--symlink: '", value, "' is not of the form TARGET:PATH");
	check_target(option, request->target);
}

void request_take_file(void *into, const struct option *option, char *value)
{
	struct request *request = add(into, REQUEST_FILE);
	uint64_t descriptor;

	request->target = request_split(value, ':');
	if (!request->target)
		die("--file: '", value, "' is not of the form FD:PATH");
	if (!number_parse(value, 10, INT_MAX, &descriptor))
		die("--file: '", value, "' is not a file descriptor's number");
	request->descriptor = (int)descriptor;
	check_target(option, request->target);
}
