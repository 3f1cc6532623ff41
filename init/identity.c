/*
 * identity.c: who the command is to be, from names to numbers. Runs inside, after the root has been
 * entered, and so after everything that may lie on its /etc; and in the launcher, see users.h.
 */
#include "identity.h"

#include <unistd.h>

#include "memory.h"
#include "message.h"

enum { GROUPS_MOST = 1024 };

static uint32_t find_group(int root, const char *option, const struct users_word *group)
{
	uint32_t gid = group->id;

	if (group->name && !users_find_group(root, group, &gid))
		die(option, ": there is no group '", group->name,
		    "' in the root filesystem's /etc/group");
	return gid;
}

static void find_groups(struct init *init, int root, const struct users_entry *user)
{
	if (init->groups_said) {
		init->groups = memory_take(init->group_words_count * sizeof(*init->groups));
		for (size_t i = 0; i < init->group_words_count; i++)
			init->groups[i] = find_group(root, "--groups", &init->group_words[i]);
		init->groups_count = init->group_words_count;
	} else if (user && init->user_said && !init->group_said) {
		/* As Docker does: a group that was named stands for all. */
		init->groups = memory_take(GROUPS_MOST * sizeof(*init->groups));
		init->groups_count = users_groups_of(root, user->name, init->groups, GROUPS_MOST);
	}
}

const struct users_entry *identity_find(struct init *init, int root, struct users_entry *entry)
{
	struct users_word user = init->user_word;
	bool found = false;

	if (!init->user_said && init->root)
		user.id = geteuid();
	/* Without a root of its own nothing of this is asked, but for a name, and for whose shell it is. */
	if (init->root || init->user_said || (init->command && !*init->command))
		found = users_find(root, &user, entry);
	if (user.name && !found)
		die("--user: there is no user '", user.name,
		    "' in the root filesystem's /etc/passwd");
	if (init->user_said) {
		init->uid = user.name ? entry->uid : user.id;
		init->gid = init->group_said ? find_group(root, "--user", &init->group_word)
			    : found	     ? entry->gid
					     : 0;
	}
	find_groups(init, root, found ? entry : NULL);
	return found ? entry : NULL;
}
