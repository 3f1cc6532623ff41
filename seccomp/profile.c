/*
 * profile.c: compiles a profile. Runs as an ordinary program, on its own.
 *
 * The rules go into two filters that are merged in the end: one for the machine's own calls, one for
 * those of its 32-bit programs. A call that is newer than libseccomp can be had by its number in the
 * first only.
 */
#include "profile.h"

#include <cJSON.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../init/message.h"
#include "../init/number.h"
#include "../launcher/capabilities.h"

enum {
	CONDITIONS_MOST = 6, /* a call has no more arguments */
	DEPTH_MOST = 64,     /* a profile needs 6 */
	WEIGHT_MOST = 16384, /* four times what the kernel takes; libseccomp counts to 65535 */
	CONDITION_WEIGHT = 8,
};

/* Words of the profile, and what libseccomp has for them. */
struct word {
	const char *word;
	uint32_t value;
};

static const struct word actions[] = {
	{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
	{"SCMP_ACT_LOG", SCMP_ACT_LOG},
	{"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0)},
	{"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0)},
	{"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
	{"SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD},
	{"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
	{"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
};

static const struct word operators[] = {
	{"SCMP_CMP_NE", SCMP_CMP_NE},
	{"SCMP_CMP_LT", SCMP_CMP_LT},
	{"SCMP_CMP_LE", SCMP_CMP_LE},
	{"SCMP_CMP_EQ", SCMP_CMP_EQ},
	{"SCMP_CMP_GE", SCMP_CMP_GE},
	{"SCMP_CMP_GT", SCMP_CMP_GT},
	{"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
};

/* Calls of kernels that this libseccomp does not know, from scripts/seccomp-calls. */
static const struct word newer[] = {
#include "seccomp-newer.h"
};

/* The machine: in Docker's words, and the interfaces of its kernel besides its own. */
static const struct {
	uint32_t native;
	const char *name;
	uint32_t others[2];
} machines[] = {
	{SCMP_ARCH_X86_64, "amd64", {SCMP_ARCH_X86, SCMP_ARCH_X32}},
	{SCMP_ARCH_AARCH64, "arm64", {SCMP_ARCH_ARM, 0}},
	{SCMP_ARCH_RISCV64, "riscv64", {0, 0}},
};

static struct state {
	const char *path;
	const struct profile_situation *situation;
	size_t machine;
	scmp_filter_ctx own, others; /* others: NULL where the profile names none */
	struct verify_rules *rules;
	uint32_t default_action;
	unsigned int weight; /* about as many instructions as its rules make */
} profile;

#define fault(...) die(profile.path, ": ", __VA_ARGS__)

static const struct word *find(const struct word *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(words[i].word, word))
			return &words[i];
	return NULL;
}
#define FIND(words, word) find(words, sizeof(words) / sizeof(*(words)), word)

/* A member that has to be of that kind, or NULL where there is none; null is none. */
static const cJSON *member(const cJSON *object, const char *name, cJSON_bool (*is)(const cJSON *),
			   const char *kind)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

	/* Readers differ on which one counts. */
	for (const cJSON *each = found ? found->next : NULL; each; each = each->next)
		if (!strcmp(each->string, name))
			fault("'", name, "' is there twice");
	if (!found || cJSON_IsNull(found))
		return NULL;
	if (!is(found))
		fault("'", name, "' is not ", kind);
	return found;
}

/* The first of a list's members, or NULL; each leads to the next. */
static const cJSON *first_of(const cJSON *list)
{
	return list ? list->child : NULL;
}

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *found = member(object, name, cJSON_IsString, "a text");

	return found ? found->valuestring : NULL;
}

static const cJSON *list_of(const cJSON *object, const char *name)
{
	const cJSON *found = member(object, name, cJSON_IsArray, "a list");
	const cJSON *each;

	/* All lists of a profile but two are of texts. */
	if (found && strcmp(name, "syscalls") != 0 && strcmp(name, "args") != 0 &&
	    strcmp(name, "archMap") != 0)
		for (each = first_of(found); each; each = each->next) {
			if (!cJSON_IsString(each))
				fault("'", name, "' is not a list of texts");
		}
	return found;
}

/* cJSON has all numbers as double: below 2^53 each is itself, and no other. */
static uint64_t number_of(const cJSON *object, const char *name, uint64_t most, uint64_t otherwise)
{
	const cJSON *found = member(object, name, cJSON_IsNumber, "a number");
	double value;

	if (!found)
		return otherwise;
	value = found->valuedouble;
	if (!(value >= 0) || value > (double)most || value != (double)(uint64_t)value)
		fault("'", name, "' is not a whole number in range");
	return (uint64_t)value;
}

static uint32_t read_action(const cJSON *object, const char *name, const char *error_name)
{
	const char *text = text_of(object, name);
	uint32_t error = (uint32_t)number_of(object, error_name, 4095, EPERM);
	const struct word *action;

	if (!text)
		fault("there is no '", name, "'");
	action = FIND(actions, text);
	if (!action)
		fault("unknown action '", text, "'",
		      !strcmp(text, "SCMP_ACT_NOTIFY") ? ": nobody would be there to answer" : "");
	if (action->value == SCMP_ACT_ERRNO(0) || action->value == SCMP_ACT_TRACE(0))
		return action->value | error;
	return action->value;
}

static bool is_in(const cJSON *list, const char *word)
{
	const cJSON *each;

	for (each = first_of(list); each; each = each->next) {
		if (!strcmp(each->valuestring, word))
			return true;
	}
	return false;
}

static uint64_t capability_of(const cJSON *item)
{
	char name[64];

	if (!text_join(name, sizeof(name), item->valuestring) || strchr(name, ',') ||
	    !strcasecmp(name, "all") || !strcasecmp(name, "cap_all"))
		fault("'caps': '", item->valuestring, "' is no capability");
	return capabilities_read(profile.path, name);
}

/* "4.8": from that kernel on. */
static bool kernel_is_at_least(const char *text)
{
	uint64_t version = 0, level = 0;
	char words[32], *rest = words, *first;
	bool fits = text_join(words, sizeof(words), text);

	first = strsep(&rest, ".");
	if (!fits || !number_parse(first, 10, 1000, &version) || !rest ||
	    !number_parse(rest, 10, 1000, &level))
		fault("'minKernel': '", text, "' is not of the form 4.8");
	return profile.situation->kernel[0] > (int)version ||
	       (profile.situation->kernel[0] == (int)version &&
		profile.situation->kernel[1] >= (int)level);
}

/*
 * Docker's: a rule that holds with all of these... Each is read whatever the others say, so that no fault
 * hides behind a condition that does not hold here.
 */
static bool is_included(const cJSON *rule)
{
	const cJSON *includes = member(rule, "includes", cJSON_IsObject, "an object");
	const cJSON *machines_named = list_of(includes, "arches"), *each;
	const char *kernel = text_of(includes, "minKernel");
	bool holds = !kernel || kernel_is_at_least(kernel);

	for (each = first_of(list_of(includes, "caps")); each; each = each->next) {
		if (!(capability_of(each) & profile.situation->capabilities))
			holds = false;
	}
	return holds && (!cJSON_GetArraySize(machines_named) ||
			 is_in(machines_named, machines[profile.machine].name));
}

/* ...and with none of these. */
static bool is_excluded(const cJSON *rule)
{
	const cJSON *excludes = member(rule, "excludes", cJSON_IsObject, "an object"), *each;
	const cJSON *machines_named = list_of(excludes, "arches");
	const char *kernel = text_of(excludes, "minKernel");
	bool holds = kernel && kernel_is_at_least(kernel);

	for (each = first_of(list_of(excludes, "caps")); each; each = each->next) {
		if (capability_of(each) & profile.situation->capabilities)
			holds = true;
	}
	return holds || is_in(machines_named, machines[profile.machine].name);
}

static struct scmp_arg_cmp read_condition(const cJSON *item)
{
	const uint64_t exact = (UINT64_C(1) << 53) - 1;
	const char *text = text_of(item, "op");
	const struct word *operator= text ? FIND(operators, text) : NULL;
	struct scmp_arg_cmp condition = {
		.arg = (unsigned int)number_of(item, "index", CONDITIONS_MOST - 1, 0),
		.datum_a = number_of(item, "value", exact, 0),
		.datum_b = number_of(item, "valueTwo", exact, 0),
	};

	if (!operator)
		fault("unknown operator '", text ? text : "", "'");
	condition.op = (enum scmp_compare) operator->value;
	return condition;
}

static void add(scmp_filter_ctx filter, const char *name, uint32_t action, int number,
		const struct scmp_arg_cmp *conditions, unsigned int count)
{
	int error;

	if (!filter)
		return;
	/*
	 * Each rule takes libseccomp as long as there are others, and past 65535 instructions its
	 * filter is written beside its memory.
	 */
	profile.weight += 1 + CONDITION_WEIGHT * count;
	if (profile.weight > WEIGHT_MOST)
		fault("it has more rules than there is room for in a filter");
	/* libseccomp would compare the low halves: what is allowed there is not what was said. */
	for (unsigned int i = 0; filter == profile.others && i < count; i++)
		if (conditions[i].datum_a > UINT32_MAX || conditions[i].datum_b > UINT32_MAX)
			fault("a condition of '", name,
			      "' has more than the 32 bits of a 32-bit program's argument");
	error = seccomp_rule_add_array(filter, action, number, count, conditions);
	/* The same rule twice is no fault. */
	if (error < 0 && error != -EEXIST)
		message_die(-error, NULL,
			    TEXT_WORDS(profile.path, ": libseccomp takes no such rule for '", name,
				       "'"));
	/* The others get no rule that this one does not. */
	if (filter == profile.own)
		verify_add(profile.rules, name, number, action, conditions, count);
}

/* A newer call exists for 32-bit programs too, and libseccomp cannot see to it there. */
static void add_newer(const struct word *call, uint32_t action,
		      const struct scmp_arg_cmp *conditions, unsigned int count)
{
	if (profile.others &&
	    (profile.default_action == SCMP_ACT_ALLOW || profile.default_action == SCMP_ACT_LOG))
		fault("'", call->word,
		      "' is newer than libseccomp, and cannot be refused to 32-bit programs");
	add(profile.own, call->word, action, (int)call->value, conditions, count);
}

static void add_call(const char *name, uint32_t action, const struct scmp_arg_cmp *conditions,
		     unsigned int count)
{
	int number = seccomp_syscall_resolve_name(name);
	const struct word *call = FIND(newer, name);

	if (number != __NR_SCMP_ERROR) {
		/* A negative number is a call of other machines: libseccomp leaves it out there. */
		add(profile.own, name, action, number, conditions, count);
		add(profile.others, name, action, number, conditions, count);
	} else if (call) {
		add_newer(call, action, conditions, count);
	} else {
		fault("unknown system call '", name, "'");
	}
}

/*
 * As runc has it: conditions on different arguments must all hold; where two are on the same one,
 * each is a rule of its own.
 */
static void add_name(const char *name, uint32_t action, const struct scmp_arg_cmp *conditions,
		     unsigned int count)
{
	bool twice = false;

	for (unsigned int i = 0; i < count; i++)
		for (unsigned int j = 0; j < i; j++)
			twice = twice || conditions[i].arg == conditions[j].arg;
	if (!twice)
		add_call(name, action, conditions, count);
	for (unsigned int i = 0; twice && i < count; i++)
		add_call(name, action, conditions + i, 1);
}

static void add_rule(const cJSON *rule)
{
	const cJSON *names = list_of(rule, "names"), *arguments = list_of(rule, "args"), *each;
	const char *name = text_of(rule, "name"); /* Docker's older form */
	struct scmp_arg_cmp conditions[CONDITIONS_MOST];
	uint32_t action = read_action(rule, "action", "errnoRet");
	unsigned int count = 0;
	bool included, excluded;

	if (!names && !name)
		fault("a rule has no 'names'");
	if (cJSON_GetArraySize(arguments) > CONDITIONS_MOST)
		fault("a rule has more than 6 'args'");
	for (each = first_of(arguments); each; each = each->next) {
		conditions[count++] = read_condition(each);
	}
	included = is_included(rule);
	excluded = is_excluded(rule);
	/* What is done by default needs no rule, and libseccomp takes none. */
	if (!included || excluded || action == profile.default_action)
		return;
	if (name)
		add_name(name, action, conditions, count);
	for (each = first_of(names); each; each = each->next) {
		add_name(each->valuestring, action, conditions, count);
	}
}

/* Adds an architecture that is named SCMP_ARCH_X86 or so, if this machine's kernel runs it. */
static void add_architecture(const char *name)
{
	const char prefix[] = "SCMP_ARCH_";
	char lower[32] = "";
	uint32_t architecture;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		fault("unknown architecture '", name, "'");
	text_join(lower, sizeof(lower), name + strlen(prefix));
	for (char *c = lower; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
	architecture = seccomp_arch_resolve_name(lower);
	for (size_t i = 0; architecture && i < 2; i++) {
		if (machines[profile.machine].others[i] != architecture)
			continue;
		if (!profile.others) {
			profile.others = seccomp_init(profile.default_action);
			if (!profile.others ||
			    seccomp_arch_remove(profile.others, SCMP_ARCH_NATIVE))
				die("libseccomp makes no filter");
		}
		if (seccomp_arch_add(profile.others, architecture) < 0)
			fault("cannot add architecture '", name, "'");
	}
}

/* The OCI's list, or Docker's map, of which the machine's own entry is meant. */
static void add_architectures(const cJSON *root)
{
	const cJSON *each, *other;

	for (each = first_of(list_of(root, "architectures")); each; each = each->next) {
		add_architecture(each->valuestring);
	}
	for (each = first_of(list_of(root, "archMap")); each; each = each->next) {
		const char *name = text_of(each, "architecture");

		if (!name || (strcmp(name, machines[profile.machine].native == SCMP_ARCH_X86_64
						   ? "SCMP_ARCH_X86_64"
					   : machines[profile.machine].native == SCMP_ARCH_AARCH64
						   ? "SCMP_ARCH_AARCH64"
						   : "SCMP_ARCH_RISCV64") != 0))
			continue;
		for (other = first_of(list_of(each, "subArchitectures")); other;
		     other = other->next) {
			add_architecture(other->valuestring);
		}
	}
}

/*
 * What cJSON takes and the profile's writer cannot have meant: a text with a NUL in it would end there,
 * and be another word. Nesting is cJSON's recursion.
 */
static void look_over(const char *text)
{
	int depth = 0;
	bool quoted = false;

	for (; *text; text++) {
		if (quoted && *text == '\\' && text[1]) {
			if (!strncmp(++text, "u0000", 5))
				fault("there is a NUL in a text");
		} else if (*text == '"') {
			quoted = !quoted;
		} else if (!quoted && (*text == '{' || *text == '[')) {
			if (++depth > DEPTH_MOST)
				fault("it is nested deeper than a profile can be: 64 levels");
		} else if (!quoted && (*text == '}' || *text == ']')) {
			depth--;
		}
	}
}

static cJSON *parse(const char *text)
{
	cJSON *root = cJSON_ParseWithOpts(text, NULL, true);
	const char *where = root ? NULL : cJSON_GetErrorPtr();
	char number[TEXT_NUMBER];
	int line = 1;

	if (root && cJSON_IsObject(root))
		return root;
	if (root)
		fault("it is no profile: there is no object");
	for (const char *c = text; where && c < where && *c; c++)
		line += *c == '\n';
	fault("line ", text_number(number, line), " is not JSON");
}

scmp_filter_ctx profile_compile(const char *path, const char *text,
				const struct profile_situation *situation,
				struct verify_rules *rules)
{
	cJSON *root;
	const cJSON *rule;

	profile = (struct state){.path = path, .situation = situation, .rules = rules};
	while (machines[profile.machine].native != seccomp_arch_native())
		if (++profile.machine == sizeof(machines) / sizeof(*machines))
			die("it does not know this machine's architecture");
	look_over(text);
	root = parse(text);
	profile.default_action = read_action(root, "defaultAction", "defaultErrnoRet");
	profile.own = seccomp_init(profile.default_action);
	if (!profile.own)
		die("libseccomp makes no filter");
	add_architectures(root);
	for (rule = first_of(list_of(root, "syscalls")); rule; rule = rule->next) {
		add_rule(rule);
	}
	cJSON_Delete(root);
	if (profile.others && seccomp_merge(profile.own, profile.others) < 0)
		die("libseccomp makes no filter of two");
	return profile.own;
}
