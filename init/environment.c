/*
 * environment.c: the command's environment. Runs inside, after pivot_root: whether the home
 * directory exists is asked there.
 */
#include "environment.h"

#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "resolve.h"
#include "text.h"

const char *environment_find(char *const *variables, const char *name)
{
	size_t length = strlen(name);

	for (; *variables; variables++)
		if (!strncmp(*variables, name, length) && (*variables)[length] == '=')
			return *variables + length + 1;
	return NULL;
}

/* Adds text (NAME=VALUE), in place of another of that name; variables has room for one more. */
static void put(char **variables, char *text)
{
	size_t length = strcspn(text, "=") + 1;

	while (*variables && strncmp(*variables, text, length) != 0)
		variables++;
	if (!*variables)
		variables[1] = NULL;
	*variables = text;
}

static char *joined(const char *name, const char *value)
{
	size_t room = strlen(name) + strlen(value) + 2;
	char *text = memory_take(room);

	text_join(text, room, name, "=", value);
	return text;
}

const char *environment_home(const struct users_entry *user, uint32_t uid)
{
	const char *home = user ? user->home : uid == 0 ? "/root" : "/";

	return *home == '/' && resolve_is_folder(home) ? home : "/";
}

static void put_new(char **variables, const struct init *init, const struct users_entry *user)
{
	uint32_t uid = init->uid != ID_NONE ? init->uid : geteuid();
	const char *name = user ? user->name : uid == 0 ? "root" : NULL;
	const char *term = environment_find(environ, "TERM");

	put(variables, joined("PATH", ENVIRONMENT_PATH));
	put(variables, joined("HOME", environment_home(user, uid)));
	if (name) {
		put(variables, joined("USER", name));
		put(variables, joined("LOGNAME", name));
	}
	if (term)
		put(variables, joined("TERM", term));
	put(variables, joined("container", "nslaunch"));
	/* A shell shows what stands here before each command: expanded there, not here. */
	put(variables, joined("PS1", "[container] $PWD \\$ "));
}

char **environment_make(const struct init *init, const struct users_entry *user)
{
	bool fresh = init->root && !init->keep_environment;
	size_t count = 16;
	char **variables;

	if (!fresh && !init->clear_environment && !init->variables)
		return environ;

	for (char **variable = environ; *variable; variable++)
		count++;
	for (const struct variable *variable = init->variables; variable; variable = variable->next)
		count++;
	variables = memory_take(count * sizeof(*variables));

	if (!init->clear_environment && fresh)
		put_new(variables, init, user);
	else if (!init->clear_environment)
		for (char **variable = environ, **next = variables; *variable; variable++)
			*next++ = *variable;

	for (const struct variable *variable = init->variables; variable;
	     variable = variable->next) {
		const char *value;

		if (strchr(variable->text, '='))
			put(variables, variable->text);
		else if ((value = environment_find(environ, variable->text)))
			put(variables, joined(variable->text, value));
	}
	return variables;
}
