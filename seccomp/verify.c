/*
 * verify.c: runs the filter that libseccomp made, before it is written. Runs as an ordinary program.
 *
 * libseccomp makes one tree of all rules of a call, with a node for each half of an argument, and where
 * it has gone down for one rule it does not come back for the next. With several rules of more than one
 * node it can so make another filter than it was told to, and says nothing.
 *
 * Each half of an argument is tried with 0 and with what the call's rules name there, and one more:
 * what lies between two of these is for the filter as the smaller one is. So all combinations are all
 * that a filter of comparisons can tell apart. That is not so where there are masks, of which a few bit
 * patterns are tried; and where there are more combinations than time, which are then drawn.
 */
#include "verify.h"

#include <stdbool.h>
#include <string.h>

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "../init/memory.h"
#include "../init/message.h"

enum {
	ARGUMENTS = 6,
	HALVES = 2 * ARGUMENTS,
	RUNS_MOST = 32768, /* of all calls with conditions together; the others take one each */
	KEPT_OF = 8,
};

struct rule {
	struct rule *next;
	uint32_t action;
	unsigned int count;
	struct scmp_arg_cmp conditions[];
};

struct verify_call {
	struct verify_call *next;
	const char *name;
	int number;
	size_t conditions;
	struct rule *rules;
};

/* What is tried: for each half of each argument, the low one first. */
struct samples {
	struct {
		uint32_t *values;
		size_t count;
	} halves[HALVES];
	size_t combinations; /* as far as RUNS_MOST + 1 */
};

struct check {
	const char *path;
	const struct sock_fprog *program;
	uint32_t architecture; /* libseccomp's token */
	uint32_t otherwise;
	size_t runs_most; /* of a call */
};

void verify_add(struct verify_rules *rules, const char *name, int number, uint32_t action,
		const struct scmp_arg_cmp *conditions, unsigned int count)
{
	struct rule *rule = memory_take(sizeof(*rule) + count * sizeof(*conditions));
	struct verify_call *call = rules->calls;

	while (call && call->number != number)
		call = call->next;
	if (!call) {
		call = memory_take(sizeof(*call));
		*call = (struct verify_call){rules->calls, memory_keep(name), number, 0, NULL};
		rules->calls = call;
	}
	if (count && !call->conditions)
		rules->conditional++;
	call->conditions += count;
	rule->next = call->rules;
	rule->action = action;
	rule->count = count;
	for (unsigned int i = 0; i < count; i++)
		rule->conditions[i] = conditions[i];
	call->rules = rule;
}

/* What the kernel does with the instructions that libseccomp writes. */
static uint32_t run(const struct sock_fprog *program, const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t i = 0; i < program->len; i++) {
		const struct sock_filter *at = &program->filter[i];
		bool holds = false;

		switch (at->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (at->k > sizeof(*data) - sizeof(a))
				die("libseccomp makes a filter that looks beyond the call");
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
		case BPF_JMP | BPF_JSET | BPF_K:
			holds = (a & at->k) != 0;
			break;
		default:
			die("libseccomp makes an instruction that cannot be checked");
		}
		i += holds ? at->jt : at->jf;
	}
	die("libseccomp makes a filter that does not end");
}

static bool holds(const struct scmp_arg_cmp *condition, const uint64_t *arguments)
{
	uint64_t argument = arguments[condition->arg], value = condition->datum_a;

	switch (condition->op) {
	case SCMP_CMP_NE:
		return argument != value;
	case SCMP_CMP_LT:
		return argument < value;
	case SCMP_CMP_LE:
		return argument <= value;
	case SCMP_CMP_EQ:
		return argument == value;
	case SCMP_CMP_GE:
		return argument >= value;
	case SCMP_CMP_GT:
		return argument > value;
	default: /* masked; bits of the second value that are not in the mask do not count */
		return ((argument ^ condition->datum_b) & value) == 0;
	}
}

/* What one of the rules that hold says; libseccomp is free which. */
static bool is_right(const struct check *check, const struct verify_call *call,
		     const uint64_t *arguments, uint32_t answer)
{
	bool any = false;

	for (const struct rule *rule = call->rules; rule; rule = rule->next) {
		unsigned int held = 0;

		while (held < rule->count && holds(&rule->conditions[held], arguments))
			held++;
		if (held == rule->count && rule->action == answer)
			return true;
		any = any || held == rule->count;
	}
	return !any && answer == check->otherwise;
}

static bool is_wide(const struct check *check)
{
	return check->architecture & __AUDIT_ARCH_64BIT;
}

static void sample(struct samples *samples, size_t half, uint32_t value)
{
	uint32_t *values = samples->halves[half].values;
	size_t count = samples->halves[half].count;

	for (size_t i = 0; i < count; i++)
		if (values[i] == value)
			return;
	values[count] = value;
	samples->halves[half].count++;
}

static void sample_condition(struct samples *samples, const struct scmp_arg_cmp *condition,
			     bool wide)
{
	for (unsigned int i = 0; i < (wide ? 2 : 1); i++) {
		size_t half = 2 * condition->arg + i;
		uint32_t value = (uint32_t)(condition->datum_a >> 32 * i);
		uint32_t second = (uint32_t)(condition->datum_b >> 32 * i);

		if (condition->op == SCMP_CMP_MASKED_EQ) {
			sample(samples, half, second & value);
			sample(samples, half, second | ~value);
			sample(samples, half, second ^ (value & -value));
		} else {
			sample(samples, half, value);
			/* Past the greatest one: 0, which is there. */
			sample(samples, half, value + 1);
		}
	}
}

static void take_samples(struct samples *samples, const struct verify_call *call, bool wide)
{
	for (size_t half = 0; half < HALVES; half++) {
		samples->halves[half].values =
			memory_take((1 + 3 * call->conditions) * sizeof(uint32_t));
		samples->halves[half].count = 0;
		sample(samples, half, 0);
	}
	for (const struct rule *rule = call->rules; rule; rule = rule->next)
		for (unsigned int i = 0; i < rule->count; i++)
			sample_condition(samples, &rule->conditions[i], wide);
	samples->combinations = 1;
	for (size_t half = 0; half < HALVES && samples->combinations <= RUNS_MOST; half++)
		samples->combinations *= samples->halves[half].count;
}

/* A combination, by its number. */
static void combine(const struct samples *samples, size_t number, uint64_t *arguments)
{
	for (size_t half = 0; half < HALVES; half++) {
		size_t count = samples->halves[half].count;
		uint64_t value = samples->halves[half].values[number % count];

		if (half % 2)
			arguments[half / 2] |= value << 32;
		else
			arguments[half / 2] = value;
		number /= count;
	}
}

/* Every time the same ones, so that a profile is always accepted or never. */
static size_t draw(uint64_t *state, size_t of)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(*state >> 33) % of;
}

/*
 * Any combination would hardly ever be one for which a rule of several conditions holds. So most
 * arguments that a rule names are what it wants.
 */
static void draw_for(const struct rule *rule, const struct samples *samples, uint64_t *state,
		     bool wide, uint64_t *arguments)
{
	memset(arguments, 0, ARGUMENTS * sizeof(*arguments));
	for (size_t half = 0; half < HALVES; half++) {
		size_t which = draw(state, samples->halves[half].count);

		arguments[half / 2] |= (uint64_t)samples->halves[half].values[which]
				       << 32 * (half % 2);
	}
	for (unsigned int i = 0; i < rule->count; i++) {
		const struct scmp_arg_cmp *condition = &rule->conditions[i];
		enum scmp_compare op = condition->op;
		uint64_t wanted = condition->datum_a;

		if (op == SCMP_CMP_MASKED_EQ)
			wanted &= condition->datum_b;
		else if (op == SCMP_CMP_NE || op == SCMP_CMP_GT)
			wanted++;
		else if (op == SCMP_CMP_LT)
			wanted--;
		if (draw(state, KEPT_OF))
			arguments[condition->arg] = wide ? wanted : (uint32_t)wanted;
	}
}

static void check_call(const struct check *check, const struct verify_call *call, int number)
{
	struct seccomp_data data = {.nr = number, .arch = check->architecture};
	const struct rule *rule = call->rules;
	struct samples samples;
	uint64_t arguments[ARGUMENTS], state = 0;
	bool all;

	if (check->architecture == SCMP_ARCH_X32)
		data.arch = SCMP_ARCH_X86_64;
	take_samples(&samples, call, is_wide(check));
	all = !call->conditions || samples.combinations <= check->runs_most;
	for (size_t i = 0; i < (all ? samples.combinations : check->runs_most); i++) {
		if (all)
			combine(&samples, i, arguments);
		else
			draw_for(rule, &samples, &state, is_wide(check), arguments);
		rule = rule->next ? rule->next : call->rules;
		memcpy(data.args, arguments, sizeof(arguments));
		if (!is_right(check, call, arguments, run(check->program, &data)))
			die(check->path, ": libseccomp would not do what the rules of '",
			    call->name,
			    "' say; write them with one argument, or values below 2^32");
	}
}

/*
 * The call's number there, or a negative one. i386 has one call each for all that is done with sockets
 * and for System V's communication, besides newer ones; libseccomp makes rules of both for these. They
 * are not looked at.
 */
static int number_of(const struct verify_call *call, uint32_t architecture)
{
	enum { SOCKETCALL = 102, IPC = 117 };
	int number;

	if (architecture == seccomp_arch_native())
		return call->number;
	number = seccomp_syscall_resolve_name_rewrite(architecture, call->name);
	return architecture == SCMP_ARCH_X86 && (number == SOCKETCALL || number == IPC) ? -1
											: number;
}

void verify_filter(const struct verify_rules *rules, const char *path, scmp_filter_ctx filter,
		   const struct sock_fprog *program)
{
	static const uint32_t architectures[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86,
						 SCMP_ARCH_X32,	   SCMP_ARCH_AARCH64,
						 SCMP_ARCH_ARM,	   SCMP_ARCH_RISCV64};
	enum { ALL = sizeof(architectures) / sizeof(*architectures) };
	struct check check = {.path = path, .program = program};
	size_t present = 0;

	if (seccomp_attr_get(filter, SCMP_FLTATR_ACT_DEFAULT, &check.otherwise) < 0)
		die("libseccomp does not say what it does by default");
	for (size_t i = 0; i < ALL; i++)
		present += !seccomp_arch_exist(filter, architectures[i]);
	if (rules->conditional)
		check.runs_most = RUNS_MOST / (present * rules->conditional);
	for (size_t i = 0; i < ALL; i++) {
		check.architecture = architectures[i];
		if (seccomp_arch_exist(filter, architectures[i]))
			continue;
		for (const struct verify_call *call = rules->calls; call; call = call->next) {
			int number = number_of(call, architectures[i]);

			if (number >= 0)
				check_call(&check, call, number);
		}
	}
}
