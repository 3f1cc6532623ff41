/*
 * request.c: what the user wants to be mounted or made in the root. Runs in both programs, while
 * options are read; looks at nothing of the system.
 */
#include "request.h"

#include <limits.h>
#include <string.h>
#include <sys/mount.h>

#include "init.h"
#include "memory.h"
#include "message.h"
#include "number.h"

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

/* mount(8)'s words for what mount_setattr(2) sets; those that set nothing take a default away. */
static const struct {
	const char *name;
	unsigned long set, clear;
} attributes[] = {
	{"ro", MS_RDONLY, 0},	  {"rw", 0, MS_RDONLY},	  {"nosuid", MS_NOSUID, 0},
	{"suid", 0, MS_NOSUID},	  {"nodev", MS_NODEV, 0}, {"dev", 0, MS_NODEV},
	{"noexec", MS_NOEXEC, 0}, {"exec", 0, MS_NOEXEC}, {"readonly", MS_RDONLY, 0},
};

static bool take_attribute(struct request *request, const char *word)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		if (strcmp(attributes[i].name, word) != 0)
			continue;
		request->attributes |= attributes[i].set;
		request->attributes &= ~attributes[i].clear;
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

static struct request *add_bind(struct init *init, const struct option *option, char *value)
{
	struct request *request = add(init, REQUEST_BIND);

	request->source = value;
	request->target = request_split(value, ':');
	request->data = request->target ? request_split(request->target, ':') : NULL;
	if (!*request->source)
		die("--", option->name, ": the source is empty");
	if (!request->target || !*request->target)
		request->target = request->source;
	check_target(option, request->target);
	return request;
}

void request_take_bind(void *into, const struct option *option, char *value)
{
	struct request *request = add_bind(into, option, value);

	for (char *rest = request->data, *word; (word = strsep(&rest, ","));)
		if (*word && !take_bind_word(request, word))
			die("--bind: unknown mount option '", word, "'");
	request->data = NULL;
}

void request_take_ro_bind(void *into, const struct option *option, char *value)
{
	struct request *request = add_bind(into, option, value);

	if (request->data)
		die("--ro-bind takes SRC[:DST]; with options: --bind SRC:DST:ro,OPTS");
	request->attributes |= MS_RDONLY;
}

/* Our own words are taken out; what is left is for the kernel's tmpfs, tmpfs(5). */
void request_take_tmpfs(void *into, const struct option *option, char *value)
{
	struct request *request = add(into, REQUEST_FS);
	char *rest = request_split(value, ':');
	char *kept = rest;

	request->fs = "tmpfs";
	request->target = value;
	request->data = rest;
	check_target(option, value);
	for (char *word; (word = strsep(&rest, ","));) {
		if (!*word || take_attribute(request, word))
			continue;
		if (kept != request->data)
			*kept++ = ',';
		memmove(kept, word, strlen(word));
		kept += strlen(word);
	}
	if (kept)
		*kept = '\0';
}

/* What --mount knows by type=: what the kernel calls it, and how it is mounted if nothing is said. */
static const struct {
	const char *name;
	unsigned long attributes;
	char data[40];
} types[] = {
	{"bind", MS_NOSUID | MS_NODEV, ""},
	{"tmpfs", MS_NOSUID | MS_NODEV, ""},
	{"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
	{"sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, ""},
	{"devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620"},
	{"mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""},
	{"overlay", MS_NOSUID | MS_NODEV, ""},
};

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
		/* memory_take gives zeroes: the table is not to be written to. */
		request->data = *types[i].data ? memory_keep(types[i].data) : NULL;
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

static void add_data(struct request *request, const char *name, const char *value)
{
	const char *before = request->data ? request->data : "";
	size_t room = strlen(before) + strlen(name) + strlen(value) + 3;
	char *data = memory_take(room);

	text_join(data, room, before, *before ? "," : "", name, "=", value);
	request->data = data;
}

/* An overlay's folder: its path becomes a word of mount(2)'s data, where a comma would end it. */
static char *overlay_folder(const char *key, char *value)
{
	if (*value != '/' || strchr(value, ','))
		die("--mount: ", key, "=", value, " is not an absolute path without commas");
	return value;
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
			add_data(request, key, value);
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
		add_data(request, key + strlen("tmpfs-"), value);
	else if (tmpfs)
		add_data(request, key, value);
	else if (!bind && !strcmp(request->fs, "proc"))
		return take_proc_word(request, key, value);
	else if (overlay && !strcmp(key, "lower"))
		request->lower = overlay_folder(key, value);
	else if (overlay && !strcmp(key, "upper"))
		request->upper = overlay_folder(key, value);
	else if (overlay && !strcmp(key, "work"))
		request->work = overlay_folder(key, value);
	else
		return false;
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
	if (!request->lower)
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
		if (equals ? !take_pair(request, word, equals)
			   : !(request->kind == REQUEST_BIND ? take_bind_word(request, word)
							     : take_attribute(request, word)))
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
