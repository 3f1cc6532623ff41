/*
 * environment.c: the command's environment. An input: --env's values, a line each; after lines "%%":
 * the caller's environment, and the user's home directory.
 */
#include "../init/environment.h"

#include <string.h>
#include <unistd.h>

#include "common/fuzz.h"

struct asked {
	struct init init;
	char **values;
};

static void take_variables(void *context)
{
	const struct option *env = options_find(init_options, "env");
	struct asked *asked = context;

	for (; *asked->values; asked->values++)
		env->take(&asked->init, env, *asked->values);
}

/* What the last word on a name says, and without one the caller's environment; or NULL. */
static const char *expected(const struct init *init, const char *name)
{
	size_t length = strlen(name);
	const char *value = NULL;

	for (const struct variable *each = init->variables; each; each = each->next) {
		const char *text = each->text;

		if (!strncmp(text, name, length) && text[length] == '=')
			value = text + length + 1;
		else if (!strcmp(text, name) && environment_find(environ, name))
			value = environment_find(environ, name);
	}
	return value;
}

static void check(const struct init *init, const struct users_entry *user)
{
	char **variables = environment_make(init, user);

	for (const struct variable *each = init->variables; each; each = each->next) {
		char name[64] = "";
		const char *value;

		if (strcspn(each->text, "=") >= sizeof(name))
			continue;
		memcpy(name, each->text, strcspn(each->text, "="));
		value = expected(init, name);
		fuzz_check(!value || fuzz_same(environment_find(variables, name), value));
	}
	if (!init->clear_environment && user && !init->keep_environment)
		fuzz_check(environment_find(variables, "HOME") &&
			   (expected(init, "HOME") || *environment_find(variables, "HOME") == '/'));
}

void fuzz_one(const char *data, size_t size)
{
	static char root[] = "/";
	struct fuzz_input input = {data, data + size};
	struct asked asked = {.values = fuzz_words(NULL, fuzz_part(&input).text)};
	char **own = environ, **callers = fuzz_words(NULL, fuzz_part(&input).text);
	struct users_entry user = {.uid = 1, .gid = 1, .home = fuzz_part(&input).text};

	user.name = user.shell = user.home;
	init_defaults(&asked.init);
	if (!fuzz_run(take_variables, &asked))
		return;
	environ = callers;
	for (int way = 0; way < 8; way++) {
		asked.init.root = way & 1 ? root : NULL;
		asked.init.clear_environment = way & 2;
		asked.init.keep_environment = way & 4;
		check(&asked.init, way & 1 ? &user : NULL);
	}
	environ = own;
}
