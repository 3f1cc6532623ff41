/*
 * document-seccomp.c: prints docs/seccomp.md, the default filter beside Podman's default profile, from
 * the table that the filter is made from, and what was compared by hand. Every difference must have its
 * reason in the table, and every reason a difference. Runs by `make docs-seccomp`.
 * Usage: document-seccomp scripts/seccomp-calls PROFILE scripts/seccomp-docker
 */
#include <cJSON.h>
#include <stdbool.h>

#include "seccomp-table.h"

enum { PROFILE_BYTES = 1024 * 1024, VERDICT_BYTES = 128 };

struct row {
	const struct call *call;
	char here[VERDICT_BYTES], there[VERDICT_BYTES];
	bool done;
};

static struct table table;
static struct row rows[CALLS_MOST];

/* BPF|SYS_ADMIN as CAP_BPF or CAP_SYS_ADMIN */
static void print_capabilities(char *to, const char *rule)
{
	char words[RULE_BYTES], *rest = NULL;
	size_t length = 0;

	snprintf(words, sizeof(words), "%s", rule);
	for (char *word = strtok_r(words, "|", &rest); word; word = strtok_r(NULL, "|", &rest))
		length += (size_t)snprintf(to + length, VERDICT_BYTES - length, "%sCAP_%s",
					   length ? " or " : "", word);
	snprintf(to + length, VERDICT_BYTES - length, ", else EPERM");
}

static void find_here(const struct call *call, char *verdict)
{
	static const char *const words[][2] = {
		{"allow", "allowed"},
		{"eperm", "EPERM"},
		{"enosys", "ENOSYS"},
		{"namespaces", "CAP_SYS_ADMIN or `--seccomp userns`, else EPERM"},
		{"clone", "by its flags; new namespaces: CAP_SYS_ADMIN or `--seccomp userns`, user "
			  "namespaces: `--seccomp userns`, else EPERM"},
		{"clone3", "`--seccomp userns`, else ENOSYS"},
		{"ioctl", "allowed but for TIOCSTI and TIOCLINUX: EPERM"},
		{"socket", "allowed but for AF_VSOCK and AF_ALG: EPERM"},
		{"socketcall", "allowed but for socket and socketpair: ENOSYS"},
		{"personality", "0xffffffff, and any of 8, 0x20000 and 0x40000, else EPERM"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i][0], call->rule)) {
			snprintf(verdict, VERDICT_BYTES, "%s", words[i][1]);
			return;
		}
	print_capabilities(verdict, call->rule);
}

/* The first of a list's members, or NULL; each leads to the next. */
static const cJSON *first_of(const cJSON *list)
{
	return list ? list->child : NULL;
}

static bool names_it(const cJSON *rule, const char *name)
{
	const cJSON *each;

	for (each = first_of(cJSON_GetObjectItem(rule, "names")); each; each = each->next) {
		if (!strcmp(each->valuestring, name))
			return true;
	}
	return false;
}

/* The first rule is what counts; what is not named gets the default. */
static void find_there(const cJSON *profile, const struct call *call, char *verdict)
{
	const char *no = !strcmp(call->rule, "personality")
				 ? "0, 8, 0x20000, 0x20008 and 0xffffffff, "
				   "else ENOSYS"
				 : "by an argument";
	const cJSON *rule;

	snprintf(verdict, VERDICT_BYTES, "ENOSYS");
	for (rule = first_of(cJSON_GetObjectItem(profile, "syscalls")); rule; rule = rule->next) {
		const cJSON *with =
			cJSON_GetObjectItem(cJSON_GetObjectItem(rule, "includes"), "caps");
		const cJSON *action = cJSON_GetObjectItem(rule, "action");

		if (!names_it(rule, call->name))
			continue;
		if (cJSON_GetArraySize(cJSON_GetObjectItem(rule, "args")))
			snprintf(verdict, VERDICT_BYTES, "%s", no);
		else if (cJSON_GetArraySize(with))
			print_capabilities(verdict, cJSON_GetArrayItem(with, 0)->valuestring + 4);
		else if (!strcmp(action->valuestring, "SCMP_ACT_ALLOW"))
			snprintf(verdict, VERDICT_BYTES, "allowed");
		else
			snprintf(verdict, VERDICT_BYTES, "EPERM");
		return;
	}
}

static void read_profile(const char *path)
{
	char *text = calloc(1, PROFILE_BYTES);
	FILE *file = fopen(path, "r");
	cJSON *profile = NULL;

	if (file && text && fread(text, 1, PROFILE_BYTES - 1, file))
		profile = cJSON_Parse(text);
	if (!profile) {
		fprintf(stderr, "document-seccomp: %s is no profile\n", path);
		exit(1);
	}
	for (int i = 0; i < table.count; i++) {
		rows[i].call = &table.calls[i];
		find_here(rows[i].call, rows[i].here);
		find_there(profile, rows[i].call, rows[i].there);
	}
	cJSON_Delete(profile);
	free(text);
	fclose(file);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* One line for all calls with the same words in it. */
static void print_line(int first, bool differs)
{
	const struct row *row = &rows[first];

	printf("| %s |", row->here);
	if (differs)
		printf(" %s |", row->there);
	for (int i = first; i < table.count; i++) {
		if (rows[i].done || strcmp(rows[i].here, row->here) != 0 ||
		    strcmp(rows[i].there, row->there) != 0 ||
		    !same_text(rows[i].call->reason, row->call->reason))
			continue;
		rows[i].done = true;
		printf(" %s", rows[i].call->name);
	}
	if (differs)
		printf(" | %s", row->call->reason);
	puts(" |");
}

static void print_lines(bool differ)
{
	for (int i = 0; i < table.count; i++) {
		const struct row *row = &rows[i];
		bool differs = strcmp(row->here, row->there) != 0;

		if (differs != !!row->call->reason)
			table_fault(differs ? "differs from Podman's profile, and has no reason"
					    : "has a reason, and is as in Podman's profile",
				    row->call->name);
		if (!row->done && differs == differ)
			print_line(i, differs);
	}
}

static void print_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char part[TEXT_BYTES];
	size_t bytes;

	if (!file) {
		perror(path);
		exit(1);
	}
	while ((bytes = fread(part, 1, sizeof(part), file)) > 0)
		fwrite(part, 1, bytes, stdout);
	fclose(file);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	table_read(&table, argv[1]);
	read_profile(argv[2]);
	puts("# The default seccomp filter\n\n"
	     "Which system calls a command may make, beside what Podman's default profile says in "
	     "Debian 12\n"
	     "(golang-github-containers-common, seccomp.json), and beside Docker's present one. Made "
	     "from\n"
	     "`scripts/seccomp-calls`, from which the filter is made too, and `scripts/seccomp-docker`, "
	     "by\n"
	     "`make docs-seccomp`: do not edit.\n\n"
	     "- A call that is not named here is answered ENOSYS, so that programs take an older "
	     "one; Podman's\n"
	     "  profile does the same.\n"
	     "- Arguments are compared in their low 32 bits, which is what the kernel looks at.\n"
	     "- A capability counts where it is in the bounding set: `--cap-add`, `--cap-drop`.\n"
	     "- On x86-64 i386's calls are under the same rules, on arm64 those of 32-bit ARM. x32's "
	     "calls are\n"
	     "  answered ENOSYS, as by a kernel without x32: that is what its programs are prepared "
	     "for.\n"
	     "- Tracing (ptrace, process_vm_readv) is allowed, as by Podman and Docker since Linux "
	     "4.8: from\n"
	     "  then on a filter sees a call after a tracer has changed it. So strace works inside.\n"
	     "\n## What differs from Podman's profile\n\n"
	     "| here | Podman's | calls | why |\n|---|---|---|---|");
	print_lines(true);
	puts("\n## What is the same\n\n| rule | calls |\n|---|---|");
	print_lines(false);
	print_file(argv[3]);
	return 0;
}
