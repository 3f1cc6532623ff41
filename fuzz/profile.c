/*
 * profile.c: all of nslaunch-seccomp, with the libraries in it, beside a second reader of profiles
 * that is slow and simple. An input is a profile.
 *
 * The filter that comes out must be one for filter_read, which filter.c holds beside the kernel; and
 * run on a few calls with arguments near those that the profile names, it must do what that says.
 */
#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "../init/filter.h"
#include "../init/memory.h"
#include "common/fuzz.h"

#ifdef __x86_64__
#define OWN AUDIT_ARCH_X86_64
#define OWN_NAME "SCMP_ARCH_X86_64"
#define OWN_DOCKER "amd64"
#elif defined(__aarch64__)
#define OWN AUDIT_ARCH_AARCH64
#define OWN_NAME "SCMP_ARCH_AARCH64"
#define OWN_DOCKER "arm64"
#else
#define OWN AUDIT_ARCH_RISCV64
#define OWN_NAME "SCMP_ARCH_RISCV64"
#define OWN_DOCKER "riscv64"
#endif

enum { NONE = -1, ARGUMENTS = 6, ANSWERS = 64, X32 = 0x40000000 };

int nslaunch_seccomp(int argc, char **argv);

/* Calls, and their numbers in i386; mseal is newer than libseccomp, chown32 no call of 64 bits. */
static const struct call {
	const char *name;
	int own, i386;
} calls[] = {
	{"read", SYS_read, 3},	       {"getpid", SYS_getpid, 20},
	{"getpgid", SYS_getpgid, 132}, {"personality", SYS_personality, 136},
	{"mseal", 462, NONE},	       {"chown32", NONE, 212},
};
enum { CALLS = sizeof(calls) / sizeof(*calls) };

/* What the command's capabilities are with the options below, and a few that it has not. */
static const char options[] = "--cap-add=sys_admin,sys_time\n--cap-drop=chown\n/profile";
static const char *const kept[] = {"dac_override", "fowner",	"fsetid",	    "kill",
				   "setgid",	   "setuid",	"setpcap",	    "net_raw",
				   "sys_chroot",   "sys_admin", "net_bind_service", "audit_write",
				   "setfcap",	   "sys_time"};

static struct sock_fprog filter;
static const cJSON *root;

static void compile(void *context)
{
	char **words = fuzz_words("nslaunch-seccomp", options);

	(void)context;
	fuzz_check(nslaunch_seccomp(4, words) == EXIT_SUCCESS);
}

static void read_filter(void *context)
{
	(void)context;
	filter = filter_read(FUZZ_ARGUMENTS, "900");
}

/* What the kernel does, as far as libseccomp's filters go. */
static uint32_t interpret(const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t i = 0; i < filter.len; i++) {
		const struct sock_filter *at = &filter.filter[i];
		bool holds = false;

		switch (at->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)data + at->k, sizeof(a));
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= at->k;
			continue;
		case BPF_RET | BPF_K:
			return at->k;
		case BPF_JMP | BPF_JA:
			i += at->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			holds = a == at->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			holds = a > at->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			holds = a >= at->k;
			break;
		default:
			fuzz_check(!"an instruction that libseccomp makes");
		}
		i += holds ? at->jt : at->jf;
	}
	fuzz_check(!"an end");
	return 0;
}

/* The second reader: what the profile says. It was accepted, so all is of the kind that it must be. */
static const cJSON *get(const cJSON *object, const char *name)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

	return found && !cJSON_IsNull(found) ? found : NULL;
}

static const cJSON *first_of(const cJSON *list)
{
	return list ? list->child : NULL;
}

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *found = get(object, name);

	return found ? found->valuestring : NULL;
}

static uint64_t number_of(const cJSON *object, const char *name, uint64_t otherwise)
{
	const cJSON *found = get(object, name);

	return found ? (uint64_t)found->valuedouble : otherwise;
}

static bool lists(const cJSON *list, const char *text)
{
	const cJSON *each;

	for (each = first_of(list); each; each = each->next) {
		if (!strcmp(each->valuestring, text))
			return true;
	}
	return false;
}

static uint32_t action_of(const cJSON *object, const char *name, const char *error_name)
{
	static const struct {
		const char *name;
		uint32_t value;
	} actions[] = {
		{"ALLOW", SECCOMP_RET_ALLOW},
		{"LOG", SECCOMP_RET_LOG},
		{"ERRNO", SECCOMP_RET_ERRNO},
		{"TRACE", SECCOMP_RET_TRACE},
		{"TRAP", SECCOMP_RET_TRAP},
		{"KILL", SECCOMP_RET_KILL_THREAD},
		{"KILL_THREAD", SECCOMP_RET_KILL_THREAD},
		{"KILL_PROCESS", SECCOMP_RET_KILL_PROCESS},
	};
	const char *text = text_of(object, name);
	uint32_t value;
	size_t i = 0;

	fuzz_check(text && !strncmp(text, "SCMP_ACT_", 9));
	while (strcmp(actions[i].name, text + 9) != 0)
		fuzz_check(++i < sizeof(actions) / sizeof(*actions));
	value = actions[i].value;
	if (value == SECCOMP_RET_ERRNO || value == SECCOMP_RET_TRACE)
		value |= (uint32_t)number_of(object, error_name, 1 /* EPERM */);
	return value;
}

static bool has_capability(const char *name)
{
	if (!strncasecmp(name, "cap_", 4))
		name += 4;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (!strcasecmp(name, kept[i]))
			return true;
	return false;
}

/* fuzz_uname's is 6.1. */
static bool has_kernel(const char *text)
{
	char *rest;
	unsigned long version = strtoul(text, &rest, 10);

	fuzz_check(*rest == '.');
	return version < 6 || (version == 6 && strtoul(rest + 1, NULL, 10) <= 1);
}

/* How many conditions of that kind there are, and how many hold. */
struct tally {
	int all, held;
};

static struct tally look_at(const cJSON *conditions)
{
	const cJSON *arches = get(conditions, "arches"), *each;
	const char *kernel = text_of(conditions, "minKernel");
	struct tally tally = {0, 0};

	for (each = first_of(get(conditions, "caps")); each; each = each->next) {
		tally.all++;
		tally.held += has_capability(each->valuestring);
	}
	if (cJSON_GetArraySize(arches)) {
		tally.all++;
		tally.held += lists(arches, OWN_DOCKER);
	}
	if (kernel) {
		tally.all++;
		tally.held += has_kernel(kernel);
	}
	return tally;
}

static bool applies(const cJSON *rule)
{
	struct tally in = look_at(get(rule, "includes")), out = look_at(get(rule, "excludes"));

	return in.held == in.all && !out.held;
}

static bool names(const cJSON *rule, const char *call)
{
	const char *name = text_of(rule, "name");

	return (name && !strcmp(name, call)) || lists(get(rule, "names"), call);
}

static bool condition_holds(const cJSON *condition, const uint64_t *arguments)
{
	const char *name = text_of(condition, "op");
	uint64_t argument = arguments[number_of(condition, "index", 0)];
	uint64_t value = number_of(condition, "value", 0);

	fuzz_check(name && !strncmp(name, "SCMP_CMP_", 9));
	name += 9;
	/* What of the second value lies beyond the mask is not looked at: so says libseccomp. */
	if (!strcmp(name, "MASKED_EQ"))
		return ((argument ^ number_of(condition, "valueTwo", 0)) & value) == 0;
	return !strcmp(name, "NE")   ? argument != value
	       : !strcmp(name, "LT") ? argument < value
	       : !strcmp(name, "LE") ? argument <= value
	       : !strcmp(name, "EQ") ? argument == value
	       : !strcmp(name, "GE") ? argument >= value
				     : argument > value;
}

static bool same_argument_twice(const cJSON *conditions)
{
	unsigned int seen = 0, bit;
	const cJSON *each;

	for (each = first_of(conditions); each; each = each->next) {
		bit = 1U << number_of(each, "index", 0);
		if (seen & bit)
			return true;
		seen |= bit;
	}
	return false;
}

static bool holds(const cJSON *rule, const uint64_t *arguments)
{
	const cJSON *conditions = get(rule, "args"), *each;
	int all = cJSON_GetArraySize(conditions), held = 0;

	for (each = first_of(conditions); each; each = each->next) {
		held += condition_holds(each, arguments);
	}
	return same_argument_twice(conditions) ? held > 0 : held == all;
}

/* What may become of a call: one of these. */
struct answers {
	uint32_t answer[ANSWERS];
	size_t count;
};

static void add_answer(struct answers *answers, uint32_t answer)
{
	if (answers->count < ANSWERS)
		answers->answer[answers->count++] = answer;
}

/*
 * Rules of a call as libseccomp has them: how many there are with conditions, what is in these, and how
 * many combinations of their values are tried before a filter is written.
 */
struct rules {
	int count, longest;
	uint64_t greatest;
	bool masked;
	unsigned int values[ARGUMENTS];
};

static void count_rule(struct rules *rules, const cJSON *rule)
{
	const cJSON *conditions = get(rule, "args"), *each;
	int length = cJSON_GetArraySize(conditions);
	bool apart = same_argument_twice(conditions);

	rules->count += apart ? length : length > 0;
	if (!apart && length > rules->longest)
		rules->longest = length;
	for (each = first_of(conditions); each; each = each->next) {
		rules->greatest |= number_of(each, "value", 0) | number_of(each, "valueTwo", 0);
		rules->masked |= !strcmp(text_of(each, "op"), "SCMP_CMP_MASKED_EQ");
		rules->values[number_of(each, "index", 0)]++;
	}
}

/* At most as many as this, of each call and interface, are all tried. */
static double tried_of_each(void)
{
	int calls_named = 0;
	const cJSON *rule;

	for (rule = first_of(get(root, "syscalls")); rule; rule = rule->next) {
		if (cJSON_GetArraySize(get(rule, "args")))
			calls_named += 1 + cJSON_GetArraySize(get(rule, "names"));
	}
	return 32768.0 / 3 / (calls_named + 1);
}

/* Comparisons are checked in all combinations where there are not too many, and masks in a few. */
static bool are_checked(const struct rules *rules)
{
	double combinations = 1;

	for (size_t i = 0; i < ARGUMENTS; i++)
		combinations *= (1 + 2.0 * rules->values[i]) * (1 + 2.0 * rules->values[i]);
	return !rules->masked && combinations <= tried_of_each();
}

/*
 * Where several rules hold, it is what one of them says. libseccomp makes one tree of all rules of a
 * call, with a node for each half of an argument, and where it has gone down for one rule it does not
 * come back for the next: with several of more than one node, and where that is not all looked at
 * before the filter is written, all that is sure is that it is what one of the call's rules or the
 * default says.
 */
static struct answers expect(const char *call, const uint64_t *arguments)
{
	uint32_t otherwise = action_of(root, "defaultAction", "defaultErrnoRet");
	struct answers held = {.count = 0}, all = {.count = 0};
	struct rules rules = {0};
	const cJSON *rule;
	bool simple;

	for (rule = first_of(get(root, "syscalls")); rule; rule = rule->next) {
		uint32_t action = action_of(rule, "action", "errnoRet");

		if (action == otherwise || !names(rule, call) || !applies(rule))
			continue;
		count_rule(&rules, rule);
		add_answer(&all, action);
		if (holds(rule, arguments))
			add_answer(&held, action);
	}
	if (!held.count)
		add_answer(&held, otherwise);
	add_answer(&all, otherwise);
	simple = rules.count <= 1 || (rules.longest <= 1 && rules.greatest <= UINT32_MAX);
	return simple || are_checked(&rules) ? held : all;
}

static void check_answer(uint32_t architecture, int number, const uint64_t *arguments,
			 const struct answers *answers)
{
	struct seccomp_data data = {.nr = number, .arch = architecture};
	uint32_t answer;

	memcpy(data.args, arguments, sizeof(data.args));
	answer = interpret(&data);
	for (size_t i = 0; i < answers->count; i++)
		if (answers->answer[i] == answer)
			return;
	if (answers->count == ANSWERS)
		return;
	fprintf(stderr, "call %d of %#x with %#" PRIx64 ", %#" PRIx64 "...: %#x, and not %#x\n",
		number, architecture, arguments[0], arguments[1], answer, answers->answer[0]);
	fuzz_check(!"what the profile says");
}

static bool is_named(const char *architecture)
{
	const cJSON *each, *other;

	for (each = first_of(get(root, "architectures")); each; each = each->next) {
		if (!strcasecmp(each->valuestring, architecture))
			return true;
	}
	for (each = first_of(get(root, "archMap")); each; each = each->next) {
		const char *name = text_of(each, "architecture");

		for (other = first_of(get(each, "subArchitectures")); other; other = other->next) {
			if (name && !strcmp(name, OWN_NAME) &&
			    !strcasecmp(other->valuestring, architecture))
				return true;
		}
	}
	return false;
}

/* An interface that is not named is closed, whatever the rules say. */
static void check_call(const struct call *call, const uint64_t *arguments)
{
	static const struct answers killed = {.answer = {SECCOMP_RET_KILL_THREAD}, .count = 1};
	struct answers expected = expect(call->name, arguments);
	uint64_t low[ARGUMENTS];

	check_answer(AUDIT_ARCH_S390X, call->own, arguments, &killed);
	if (call->own != NONE)
		check_answer(OWN, call->own, arguments, &expected);
	if (strcmp(OWN_DOCKER, "amd64") != 0)
		return;
	if (call->own != NONE && !is_named("SCMP_ARCH_X32"))
		check_answer(OWN, call->own | X32, arguments, &killed);
	if (call->i386 == NONE)
		return;
	for (size_t i = 0; i < ARGUMENTS; i++)
		low[i] = (uint32_t)arguments[i];
	expected = expect(call->name, low);
	check_answer(AUDIT_ARCH_I386, call->i386, low,
		     is_named("SCMP_ARCH_X86") ? &expected : &killed);
}

/* With no arguments, and with those that each rule names, and beside them. */
static void check_calls(const struct call *call)
{
	uint64_t arguments[ARGUMENTS] = {0};
	const cJSON *rule, *condition;

	check_call(call, arguments);
	for (rule = first_of(get(root, "syscalls")); rule; rule = rule->next) {
		if (!names(rule, call->name))
			continue;
		for (condition = first_of(get(rule, "args")); condition;
		     condition = condition->next) {
			uint64_t *argument = &arguments[number_of(condition, "index", 0)];
			uint64_t value = number_of(condition, "value", 0);
			uint64_t second = number_of(condition, "valueTwo", 0);
			const uint64_t tried[] = {second, ~second, value - 1, value + 1, value};

			for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++) {
				*argument = tried[i];
				check_call(call, arguments);
			}
			if (!strcmp(text_of(condition, "op"), "SCMP_CMP_MASKED_EQ"))
				*argument = second;
		}
	}
}

void fuzz_one(const char *data, size_t size)
{
	struct fuzz_text text, written = {.length = 0};
	struct fuzz_input input = {data, data + size};
	bool compiled;

	text = fuzz_grow(fuzz_part(&input));
	fuzz_file("/profile", text.text, text.length);
	fuzz_output = memfd_create("filter", MFD_CLOEXEC);
	fuzz_check(fuzz_output >= 0);
	compiled = fuzz_run(compile, NULL);
	written.length = (size_t)lseek(fuzz_output, 0, SEEK_END);
	fuzz_check(fuzz_lines == !compiled);
	fuzz_check(!compiled == !written.length);
	if (!compiled)
		return;
	/* No text of C's ends before the file. */
	fuzz_check(!memchr(text.text, '\0', text.length));
	written.text = memory_take(written.length);
	fuzz_check(pread(fuzz_output, written.text, written.length, 0) == (ssize_t)written.length);
	fuzz_arguments(written.text, written.length);
	fuzz_check(fuzz_run(read_filter, NULL));
	root = cJSON_Parse(text.text);
	fuzz_check(root);
	for (size_t i = 0; i < CALLS; i++)
		check_calls(&calls[i]);
}
