/*
 * make-seccomp.c: prints the default seccomp filter as C, from scripts/seccomp-calls: a table of BPF
 * for each architecture that has one. Runs once, while nsinit is built; libseccomp knows the numbers.
 * Usage: make-seccomp scripts/seccomp-calls
 *
 * The kernel walks a filter once for every call number when it is attached, so its shape counts. What
 * libseccomp makes of these rules, as a tree, is three times as long and takes twice as much time: a
 * comparison for each call. Neighbours with the same answer are one range here, a balanced tree of
 * comparisons finds the range, and all ways to one answer end in the same place.
 */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../init/seccomp.h"
#include "seccomp-table.h"

/* Of one call or of several in a row. The small ones are a return; the rest look at an argument. */
enum verdict {
	ALLOW,
	REFUSE, /* EPERM */
	LACK,	/* ENOSYS */
	IOCTL,
	PERSONALITY,
	SOCKET,
	SOCKETCALL,
	CLONE,
	CONDITION, /* and on: conditions[verdict - CONDITION] */
};

enum {
	EPERM_NUMBER = 1,
	ENOSYS_NUMBER = 38,
	TIOCSTI_NUMBER = 0x5412,
	TIOCLINUX_NUMBER = 0x541c,
	AF_ALG_NUMBER = 38,
	AF_VSOCK_NUMBER = 40,
	SOCKETCALL_SOCKET = 1,
	SOCKETCALL_SOCKETPAIR = 8,
	/* PER_LINUX32, UNAME26, ADDR_NO_RANDOMIZE; the kernel clears the last at a set-user-ID exec. */
	PERSONALITY_BITS = 0x8 | 0x20000 | 0x40000,
	CLONE_NEWTIME_BIT = 0x80, /* for unshare; clone takes it for a part of a signal's number */
	CLONE_OTHERS = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID |
		       CLONE_NEWNET | CLONE_NEWTIME_BIT,
	NUMBERS = 1100,
	ARM_NUMBERS = 0xf0000, /* of 32-bit ARM alone */
	ARM_COUNT = 16,
	PROGRAM_MOST = 4096,
};

static const struct {
	const char *word;
	enum verdict verdict;
} rules[] = {
	{"allow", ALLOW},
	{"eperm", REFUSE},
	{"enosys", LACK},
	{"ioctl", IOCTL},
	{"personality", PERSONALITY},
	{"socket", SOCKET},
	{"clone", CLONE},
	{"socketcall", SOCKETCALL},
};

#define CAPABILITY(name)                         \
	{                                        \
#name, UINT64_C(1) << CAP_##name \
	}
static const struct {
	const char *name;
	uint64_t bit;
} capabilities[] = {
	CAPABILITY(BPF),	CAPABILITY(DAC_READ_SEARCH), CAPABILITY(PERFMON),
	CAPABILITY(SYSLOG),	CAPABILITY(SYS_ADMIN),	     CAPABILITY(SYS_BOOT),
	CAPABILITY(SYS_CHROOT), CAPABILITY(SYS_MODULE),	     CAPABILITY(SYS_NICE),
	CAPABILITY(SYS_PACCT),	CAPABILITY(SYS_PTRACE),	     CAPABILITY(SYS_RAWIO),
	CAPABILITY(SYS_TIME),	CAPABILITY(SYS_TTY_CONFIG),
};

/* As in struct seccomp_condition; the first three are what the rules clone and clone3 need. */
enum { CONDITION_USER, CONDITION_NAMESPACES, CONDITION_CLONE3, CONDITIONS_MOST = 32 };
static struct {
	char rule[RULE_BYTES];
	uint64_t one_of;
	int error;
	int calls;
} conditions[CONDITIONS_MOST] = {
	{"user", SECCOMP_USER_NAMESPACES, EPERM_NUMBER, 0},
	{"namespaces", SECCOMP_USER_NAMESPACES | UINT64_C(1) << CAP_SYS_ADMIN, EPERM_NUMBER, 0},
	{"clone3", SECCOMP_USER_NAMESPACES, ENOSYS_NUMBER, 0},
};
static int condition_count = 3;

static const struct architecture {
	const char *macro, *name;
	uint32_t library, audit;
	const struct architecture *compatible; /* what else the kernel of that machine runs */
} i386 = {NULL, "i386", SCMP_ARCH_X86, AUDIT_ARCH_I386, NULL},
  arm = {NULL, "arm", SCMP_ARCH_ARM, AUDIT_ARCH_ARM, NULL},
  architectures[] = {
	  {"__x86_64__", "x86_64", SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, &i386},
	  {"__aarch64__", "arm64", SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64, &arm},
	  {"__riscv", "riscv64", SCMP_ARCH_RISCV64, AUDIT_ARCH_RISCV64, NULL},
};

/* The numbers from `first` up to the next one's, and one among them that may have another verdict. */
struct range {
	uint32_t first, single;
	int verdict, single_verdict;
};

/* A branch to a verdict that has no place yet. */
struct aim {
	uint8_t *branch;
	int from, verdict;
};

static struct table table;
static bool used[CALLS_MOST];
static struct sock_filter program[PROGRAM_MOST];
static int length;
static struct aim aims[PROGRAM_MOST];
static int aim_count;

static int condition_verdict(const char *rule)
{
	char words[RULE_BYTES], *rest = NULL;
	int i;

	for (i = 0; i < condition_count; i++)
		if (!strcmp(conditions[i].rule, rule))
			return CONDITION + i;
	if (i == CONDITIONS_MOST)
		table_fault("there are too many different rules", rule);
	snprintf(words, sizeof(words), "%s", rule);
	for (char *word = strtok_r(words, "|", &rest); word; word = strtok_r(NULL, "|", &rest)) {
		uint64_t bit = 0;

		for (size_t j = 0; j < sizeof(capabilities) / sizeof(*capabilities); j++)
			if (!strcmp(capabilities[j].name, word))
				bit = capabilities[j].bit;
		if (!bit)
			table_fault("is no rule", rule);
		conditions[i].one_of |= bit;
	}
	snprintf(conditions[i].rule, sizeof(conditions[i].rule), "%s", rule);
	conditions[i].error = EPERM_NUMBER;
	condition_count++;
	return CONDITION + i;
}

static int verdict_of(const struct call *call)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (!strcmp(rules[i].word, call->rule))
			return (int)rules[i].verdict;
	return condition_verdict(call->rule);
}

static const struct call *find_name(const char *name)
{
	for (int i = 0; i < table.count; i++)
		if (!strcmp(table.calls[i].name, name)) {
			used[i] = true;
			return &table.calls[i];
		}
	table_fault("has no row, and libseccomp knows it", name);
}

static const struct call *find_number(const struct architecture *architecture, int number)
{
	for (int i = 0; i < table.count; i++) {
		const struct call *call = &table.calls[i];

		if (call->number == number &&
		    (!*call->architecture || !strcmp(call->architecture, architecture->name))) {
			used[i] = true;
			return call;
		}
	}
	return NULL;
}

/* What the table says of a number, by the name that libseccomp has for it, or else by the number. */
static int verdict_at(const struct architecture *architecture, int number, bool count)
{
	char *name = seccomp_syscall_resolve_num_arch(architecture->library, number);
	const struct call *call = name ? find_name(name) : find_number(architecture, number);
	int verdict = call ? verdict_of(call) : LACK;

	if (count && verdict >= CONDITION)
		conditions[verdict - CONDITION].calls++;
	free(name);
	return verdict;
}

static void add_range(struct range *ranges, int *count, uint32_t first, int verdict)
{
	if (*count && ranges[*count - 1].verdict == verdict)
		return;
	ranges[(*count)++] = (struct range){first, first, verdict, verdict};
}

/* One number between two ranges of the same verdict takes one comparison instead of two. */
static int join_ranges(struct range *ranges, int count)
{
	int kept = 0;

	for (int i = 1; i < count; i++) {
		struct range *before = &ranges[kept];

		if (i + 1 < count && ranges[i + 1].first == ranges[i].first + 1 &&
		    ranges[i + 1].verdict == before->verdict &&
		    before->single_verdict == before->verdict) {
			before->single = ranges[i].first;
			before->single_verdict = ranges[i].verdict;
			i++;
		} else {
			ranges[++kept] = ranges[i];
		}
	}
	return kept + 1;
}

/* Fills ranges for an architecture; returns how many. Adds what is allowed to *allowed. */
static int find_ranges(const struct architecture *architecture, struct range *ranges, int *allowed)
{
	int count = 0;

	for (int number = 0; number < NUMBERS; number++) {
		int verdict = verdict_at(architecture, number, allowed != NULL);

		add_range(ranges, &count, (uint32_t)number, verdict);
		if (allowed && verdict != REFUSE && verdict != LACK && verdict < CONDITION)
			++*allowed;
	}
	/* No number in use is so high, x32's with bit 30 are none of ours: ENOSYS, as from a kernel
	 * without x32, which is what such a program asks first. */
	add_range(ranges, &count, NUMBERS, LACK);
	for (int i = 0; i < ARM_COUNT && architecture == &arm; i++)
		add_range(ranges, &count, ARM_NUMBERS + (uint32_t)i,
			  verdict_at(architecture, ARM_NUMBERS + i, false));
	add_range(ranges, &count, ARM_NUMBERS + ARM_COUNT, LACK);
	/* A tracer inside makes it -1 to have a call left out. The kernel does nothing then. */
	add_range(ranges, &count, UINT32_MAX, ALLOW);
	return join_ranges(ranges, count);
}

static void emit(uint16_t code, uint8_t yes, uint8_t no, uint32_t k)
{
	if (length == PROGRAM_MOST)
		table_fault("the program is too long", "all");
	program[length++] = (struct sock_filter){code, yes, no, k};
}

static uint32_t answer(int verdict)
{
	return verdict == ALLOW	   ? SECCOMP_RET_ALLOW
	       : verdict == REFUSE ? SECCOMP_RET_ERRNO | EPERM_NUMBER
	       : verdict == LACK
		       ? SECCOMP_RET_ERRNO | ENOSYS_NUMBER
		       : SECCOMP_RET_ERRNO | (uint32_t)(SECCOMP_PLACEHOLDER + verdict - CONDITION);
}

static void emit_return(int verdict)
{
	emit(BPF_RET | BPF_K, 0, 0, answer(verdict));
}

/*
 * The low 32 bits of an argument. For the calls here the kernel looks at no more, so a comparison of
 * all 64 could be got round with a bit that it drops: CVE-2019-10063.
 */
static void emit_load(int argument)
{
	emit(BPF_LD | BPF_W | BPF_ABS, 0, 0,
	     (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument));
}

/* One answer where the argument is one of the values, another where it is none. */
static void emit_values(int argument, const uint32_t *values, int count, int among, int other)
{
	emit_load(argument);
	for (int i = 0; i < count; i++)
		emit(BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)(count - i), 0, values[i]);
	emit_return(other);
	emit_return(among);
}

static void emit_verdict(int verdict)
{
	static const uint32_t requests[] = {TIOCSTI_NUMBER, TIOCLINUX_NUMBER};
	static const uint32_t domains[] = {AF_ALG_NUMBER, AF_VSOCK_NUMBER};
	static const uint32_t makers[] = {SOCKETCALL_SOCKET, SOCKETCALL_SOCKETPAIR};

	if (verdict == IOCTL) {
		emit_values(1, requests, 2, REFUSE, ALLOW);
	} else if (verdict == SOCKET) {
		emit_values(0, domains, 2, REFUSE, ALLOW);
	} else if (verdict == SOCKETCALL) {
		emit_values(0, makers, 2, LACK, ALLOW);
	} else if (verdict == PERSONALITY) {
		/* Any of the bits and no other, or the question which ones they are. */
		emit_load(0);
		emit(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, UINT32_MAX);
		emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, ~(uint32_t)PERSONALITY_BITS);
		emit_return(REFUSE);
		emit_return(ALLOW);
	} else if (verdict == CLONE) {
		emit_load(0);
		emit(BPF_JMP | BPF_JSET | BPF_K, 2, 0, CLONE_NEWUSER);
		emit(BPF_JMP | BPF_JSET | BPF_K, 2, 0, CLONE_OTHERS);
		emit_return(ALLOW);
		emit_return(CONDITION + CONDITION_USER);
		emit_return(CONDITION + CONDITION_NAMESPACES);
	} else {
		emit_return(verdict);
	}
}

/* Aims a branch at a verdict, whose instructions come behind the tree, once for all that lead there. */
static void aim(uint8_t *branch, int from, int verdict)
{
	aims[aim_count++] = (struct aim){branch, from, verdict};
}

static void emit_leaf(const struct range *range)
{
	int jump = length;

	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, range->single);
	aim(&program[jump].jt, jump, range->single_verdict);
	aim(&program[jump].jf, jump, range->verdict);
}

/* The number is in the accumulator. What needs no instruction of its own is jumped to by its parent. */
static void emit_tree(const struct range *ranges, int count)
{
	const struct range *left = ranges, *right = ranges + count / 2;
	int middle = count / 2, jump = length;

	if (count == 1) {
		emit_leaf(ranges);
		return;
	}
	emit(BPF_JMP | BPF_JGE | BPF_K, 0, 0, right->first);
	if (middle == 1 && left->single_verdict == left->verdict)
		aim(&program[jump].jf, jump, left->verdict);
	else
		emit_tree(left, middle);
	if (count - middle == 1 && right->single_verdict == right->verdict) {
		aim(&program[jump].jt, jump, right->verdict);
		return;
	}
	if (length - jump - 1 > UINT8_MAX)
		table_fault("a branch is too long", "all");
	program[jump].jt = (uint8_t)(length - jump - 1);
	emit_tree(right, count - middle);
}

/* A tree, and behind it what its branches lead to. */
static void emit_numbers(const struct range *ranges, int count)
{
	aim_count = 0;
	emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
	emit_tree(ranges, count);
	for (int verdict = 0; verdict < CONDITION + condition_count; verdict++) {
		int here = length;

		for (int i = 0; i < aim_count; i++) {
			if (aims[i].verdict != verdict)
				continue;
			if (length == here)
				emit_verdict(verdict);
			if (here - aims[i].from - 1 > UINT8_MAX)
				table_fault("a branch is too long", "all");
			*aims[i].branch = (uint8_t)(here - aims[i].from - 1);
		}
	}
}

/* Returns how many calls of the machine's own the filter allows whatever is kept. */
static int make_program(const struct architecture *architecture)
{
	static struct range ranges[NUMBERS + ARM_COUNT + 8];
	int allowed = 0, jump;

	length = 0;
	for (int i = 0; i < condition_count; i++)
		conditions[i].calls = 0;
	emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
	jump = length;
	emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, architecture->audit);
	emit(BPF_JMP | BPF_JA, 0, 0, 0);
	emit_numbers(ranges, find_ranges(architecture, ranges, &allowed));
	program[jump + 1].k = (uint32_t)(length - jump - 2);
	if (architecture->compatible) {
		emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, architecture->compatible->audit);
		/* Numbers that mean nobody knows what. */
		emit(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
		emit_numbers(ranges, find_ranges(architecture->compatible, ranges, NULL));
	} else {
		emit(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
	}
	return allowed;
}

/* What the kernel would do with it: the value that the program returns for a call without arguments. */
static uint32_t run(uint32_t audit, uint32_t number)
{
	struct seccomp_data data = {.nr = (int)number, .arch = audit};
	uint32_t value = 0;

	for (int i = 0;; i++) {
		const struct sock_filter *each = &program[i];

		switch (each->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&value, (const char *)&data + each->k, sizeof(value));
			break;
		case BPF_JMP | BPF_JA:
			i += (int)each->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			i += value == each->k ? each->jt : each->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			i += value >= each->k ? each->jt : each->jf;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			i += value & each->k ? each->jt : each->jf;
			break;
		default:
			return each->k;
		}
	}
}

/* Every number that means something, and some that mean nothing, by the table and by the program. */
static void check_program(const struct architecture *architecture)
{
	static const uint32_t others[] = {NUMBERS,    ARM_NUMBERS - 1, ARM_NUMBERS + ARM_COUNT,
					  0x40000000, 0x40000001,      UINT32_MAX - 1};

	for (uint32_t number = 0; number < ARM_NUMBERS + ARM_COUNT; number++) {
		int verdict = LACK;

		if (number < NUMBERS || (number >= ARM_NUMBERS && architecture == &arm))
			verdict = verdict_at(architecture, (int)number, false);
		/* Without arguments nothing that the calls with conditions on them refuse is asked for. */
		if (verdict > LACK && verdict < CONDITION)
			verdict = ALLOW;
		if (run(architecture->audit, number) != answer(verdict))
			table_fault("the program is wrong about a number", architecture->name);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (run(architecture->audit, others[i]) != answer(LACK))
			table_fault("the program knows a number too many", architecture->name);
	if (run(architecture->audit, UINT32_MAX) != answer(ALLOW) ||
	    run(0, 0) != SECCOMP_RET_KILL_PROCESS)
		table_fault("the program is wrong about what is no call", architecture->name);
}

static void print_program(const struct architecture *architecture, int allowed)
{
	printf("%s defined(%s)%s\n", architecture == architectures ? "#if" : "#elif",
	       architecture->macro,
	       !strcmp(architecture->macro, "__riscv") ? " && __riscv_xlen == 64" : "");
	printf("#define SECCOMP_ALLOWED %d\n", allowed);
	puts("static const struct seccomp_condition seccomp_conditions[] = {");
	for (int i = 0; i < condition_count; i++)
		printf("\t{UINT64_C(0x%llx), %d, %d}, /* %s */\n",
		       (unsigned long long)conditions[i].one_of, conditions[i].error,
		       conditions[i].calls, conditions[i].rule);
	puts("};\nstatic const struct sock_filter seccomp_default[] = {");
	for (int i = 0; i < length; i++)
		printf("\t{0x%02x, %d, %d, 0x%x},\n", program[i].code, program[i].jt, program[i].jf,
		       program[i].k);
	puts("};");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	table_read(&table, argv[1]);
	/* The same numbers for all: a condition keeps its place. */
	for (int i = 0; i < table.count; i++)
		verdict_of(&table.calls[i]);
	puts("/* The default seccomp filter. Made by scripts/make-seccomp.c. */");
	for (size_t i = 0; i < sizeof(architectures) / sizeof(*architectures); i++) {
		int allowed = make_program(&architectures[i]);

		check_program(&architectures[i]);
		if (architectures[i].compatible)
			check_program(architectures[i].compatible);
		print_program(&architectures[i], allowed);
	}
	puts("#endif");
	for (int i = 0; i < table.count; i++)
		if (!used[i])
			table_fault("no architecture has it", table.calls[i].name);
	return 0;
}
