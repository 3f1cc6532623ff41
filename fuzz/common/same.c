/*
 * same.c: two containers beside each other, and one by itself.
 */
#include <string.h>
#include <sys/mount.h>

#include "../../init/init.h"
#include "../../init/kernel.h"
#include "fuzz.h"

bool fuzz_same(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

static bool same_word(const struct users_word *one, const struct users_word *other)
{
	return fuzz_same(one->name, other->name) && one->id == other->id;
}

static bool same_options(const struct request *one, const struct request *other)
{
	if (one->options_count != other->options_count)
		return false;
	for (size_t i = 0; i < one->options_count; i++)
		if (!fuzz_same(one->options[i], other->options[i]))
			return false;
	return true;
}

static bool same_layers(char *const *one, char *const *other)
{
	if (!one || !other)
		return one == other;
	for (; *one && *other; one++, other++)
		if (strcmp(*one, *other) != 0)
			return false;
	return *one == *other;
}

static bool same_request(const struct request *one, const struct request *other)
{
	return one->kind == other->kind && fuzz_same(one->fs, other->fs) &&
	       one->recursive == other->recursive && one->slave == other->slave &&
	       one->attributes == other->attributes && fuzz_same(one->source, other->source) &&
	       fuzz_same(one->target, other->target) && one->cleared == other->cleared &&
	       same_options(one, other) && same_layers(one->layers, other->layers) &&
	       fuzz_same(one->upper, other->upper) && fuzz_same(one->work, other->work) &&
	       one->descriptor == other->descriptor && one->tree == other->tree;
}

static void check_same_lists(const struct init *one, const struct init *other)
{
	const struct request *request = one->requests, *request_2 = other->requests;
	const struct variable *variable = one->variables, *variable_2 = other->variables;
	const struct joined *joined = one->joins, *joined_2 = other->joins;
	const struct landlock_path *path = one->landlock, *path_2 = other->landlock;

	for (; request && request_2; request = request->next, request_2 = request_2->next)
		fuzz_check(same_request(request, request_2));
	fuzz_check(!request && !request_2);
	for (; variable && variable_2; variable = variable->next, variable_2 = variable_2->next)
		fuzz_check(fuzz_same(variable->text, variable_2->text));
	fuzz_check(!variable && !variable_2);
	for (; joined && joined_2; joined = joined->next, joined_2 = joined_2->next)
		fuzz_check(joined->flag == joined_2->flag &&
			   fuzz_same(joined->file, joined_2->file));
	fuzz_check(!joined && !joined_2);
	for (; path && path_2; path = path->next, path_2 = path_2->next)
		fuzz_check(path->writable == path_2->writable &&
			   fuzz_same(path->path, path_2->path));
	fuzz_check(!path && !path_2);
	fuzz_check(one->group_words_count == other->group_words_count);
	for (size_t i = 0; i < one->group_words_count; i++)
		fuzz_check(same_word(&one->group_words[i], &other->group_words[i]));
}

void fuzz_check_same(const struct init *one, const struct init *other)
{
#define SAME(member) fuzz_check(one->member == other->member)
	fuzz_check(fuzz_same(one->root, other->root));
	fuzz_check(fuzz_same(one->overlay, other->overlay));
	fuzz_check(fuzz_same(one->hostname, other->hostname));
	fuzz_check(fuzz_same(one->domainname, other->domainname));
	fuzz_check(fuzz_same(one->argv0, other->argv0));
	fuzz_check(fuzz_same(one->workdir, other->workdir));
	SAME(ephemeral), SAME(replace_root), SAME(read_only), SAME(slave), SAME(default_mounts);
	SAME(default_mounts_said), SAME(directory), SAME(root_tree), SAME(overlay_tree);
	SAME(shared), SAME(joined), SAME(loopback);
	fuzz_check(same_word(&one->user_word, &other->user_word));
	fuzz_check(same_word(&one->group_word, &other->group_word));
	SAME(user_said), SAME(group_said), SAME(groups_said), SAME(uid), SAME(gid);
	SAME(clear_environment), SAME(keep_environment), SAME(as_pid_1);
	SAME(bounding_set), SAME(ambient_set), SAME(bounding_set_said), SAME(no_new_privs);
	SAME(group), SAME(subreaper), SAME(warn), SAME(pause), SAME(wait_all), SAME(parent_signal);
	SAME(kill_signal), SAME(grace_ms), SAME(launcher), SAME(terminal), SAME(signal_mask);
	SAME(seccomp), SAME(seccomp_descriptor);
	SAME(signal_mask_said), SAME(wait), SAME(setup_uid), SAME(setup_gid), SAME(outlive);
#undef SAME
	fuzz_check(!memcmp(one->rewrite, other->rewrite, sizeof(one->rewrite)));
	fuzz_check(!memcmp(one->successes, other->successes, sizeof(one->successes)));
	check_same_lists(one, other);
}

static void check_overlay(const struct request *request)
{
	fuzz_check(request->layers && *request->layers && !request->upper == !request->work);
	for (char *const *layer = request->layers; *layer; layer++)
		fuzz_check(**layer == '/');
	fuzz_check(!request->upper || (*request->upper == '/' && *request->work == '/'));
}

static void check_request(const struct request *request)
{
	const unsigned long known = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC |
				    KERNEL_MOUNT_ATTR_ATIME | KERNEL_MOUNT_ATTR_NODIRATIME |
				    KERNEL_MOUNT_ATTR_NOSYMFOLLOW;

	fuzz_check(request->target && request->target[0] == '/');
	fuzz_check(!(request->attributes & ~known));
	if (request->kind == REQUEST_BIND || request->kind == REQUEST_SYMLINK)
		fuzz_check(request->source && *request->source);
	if (request->kind == REQUEST_FILE)
		fuzz_check(request->descriptor >= 0);
	if (request->kind == REQUEST_FS) {
		fuzz_check(request->fs && !request->source);
		if (!strcmp(request->fs, "overlay"))
			check_overlay(request);
	}
}

static bool is_signal(int signal)
{
	return signal >= 1 && signal <= 64;
}

void fuzz_check_init(const struct init *init)
{
	struct request *const *end = &init->requests;

	for (const struct request *request = init->requests; request; request = request->next) {
		check_request(request);
		end = &request->next;
	}
	fuzz_check(init->requests_end == end);
	for (const struct variable *variable = init->variables; variable; variable = variable->next)
		fuzz_check(*variable->text && *variable->text != '=');
	for (const struct joined *joined = init->joins; joined; joined = joined->next)
		fuzz_check(joined->flag && *joined->file);
	for (size_t i = 0; i < init->group_words_count; i++)
		fuzz_check(!init->group_words[i].name == (init->group_words[i].id != UINT32_MAX));
	for (size_t i = 0; i < sizeof(init->rewrite); i++)
		fuzz_check(!init->rewrite[i] || is_signal(init->rewrite[i]));
	fuzz_check(is_signal(init->kill_signal));
	fuzz_check(!init->parent_signal || is_signal(init->parent_signal));
	fuzz_check(init->grace_ms >= 0 && init->launcher >= -1 && init->terminal >= -1);
	if (init->hostname)
		fuzz_check(*init->hostname && strlen(init->hostname) <= 64);
	fuzz_check(!init->root || *init->root);
	fuzz_check(!init->workdir || *init->workdir);
	if (init->user_said)
		fuzz_check(!init->user_word.name == (init->user_word.id != UINT32_MAX));
}
