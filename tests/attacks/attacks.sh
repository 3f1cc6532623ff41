# shellcheck shell=bash
# The words of the attacks' tests. Each test function is one attack, made twice: `off` without the
# protection, where it must succeed, since a test that cannot fail shows nothing; `on` under nslaunch
# as it is by default, called by root, by root with --userns and by an ordinary user.
#
#	test_the_init_cannot_be_traced() {
#		attack 'ptrace of the init'
#		off unshare --pid --fork --mount-proc "$ATTACK" ptrace 1
#		on attack ptrace 1
#	}
#
# At the end of a file a table says what came of it; the runner shows it. SECURITY.md names every one
# of these functions, and tests/attacks/list.test compares.
# shellcheck disable=SC2317,SC2329 # shunit2 calls the functions
# shellcheck disable=SC2034 # some variables are for the tests

DIR=$(user_dir)
ROOT=$DIR/rootfs
ATTACK=$ROOT/bin/attack
"$(command -v musl-gcc || echo cc)" -static -D_GNU_SOURCE -isystem "$TOP/build/kernel-headers" \
	-o "$ATTACK" "$TOP/tests/helpers/attack.c" || exit 1
cp "$NSINIT" "$DIR/nsinit"
TABLE=$WORK/table
: >"$TABLE"

as_root() { "$@"; }

# What stands before nslaunch, inside of the change of user.
BEFORE=()
# Which of root, userns and user the attack is for.
MODES='root userns user'

# attack NAME: begins a row of the table.
attack() {
	printf '%s|' "$1" >>"$TABLE"
	BEFORE=()
	MODES='root userns user'
}

# A row that this machine cannot fill: attack_skip REASON && return
attack_skip() {
	echo "- ($1)|||" >>"$TABLE"
	skip "$1"
}
# The weaker set-ups are root's.
# needs_root || return 0
needs_root() { [ -n "$IS_ROOT" ] || { attack_skip 'that takes root' && return 1; }; }

# off CMD...: without the protection; the attack's own program is $ATTACK, or attack in a container.
off() {
	local result
	run timeout 30 "$@"
	result=$(echo "$OUT" | tail -n 1)
	assertEquals "without protection: $* (standard error: $ERR)" succeeded "$result"
	printf '%s|' "$result" >>"$TABLE"
}
# The same as an nslaunch with what takes the protection away.
off_launch() { off "${BEFORE[@]}" "$NSLAUNCH" -r "$ROOT" --seccomp none "$@"; }

# cell MODE RESULT: of the row; the last one ends it.
cell() {
	printf '%s%s' "$1" "$([ "$2" = user ] || echo '|')" >>"$TABLE"
	[ "$2" != user ] || echo >>"$TABLE"
}

# launch_as MODE ARG...: nslaunch, by whom the mode says.
launch_as() {
	local mode=$1 as=as_root userns=
	shift
	[ "$mode" != user ] || as=as_user
	[ "$mode" != userns ] || userns=--userns
	run "$as" timeout 30 "${BEFORE[@]}" "$DIR/nslaunch" -r "$ROOT" ${userns:+"$userns"} "$@"
}

# on ARG...: nslaunch -r ROOT ARG..., where the attack must be refused in each mode.
on() {
	local mode result
	for mode in root userns user; do
		if [[ " $MODES " != *" $mode "* ]] || { [ "$mode" != user ] && [ -z "$IS_ROOT" ]; }; then
			cell - "$mode"
			continue
		fi
		launch_as "$mode" "$@"
		result=$(echo "$OUT" | tail -n 1 | tr -d '\r')
		assertEquals "$mode: $* ($OUT$ERR)" refused "${result%%:*}"
		cell "${result#refused: }" "$mode"
	done
}

oneTimeTearDown() {
	# shunit2 calls it twice where a file ends early.
	[ -s "$TABLE" ] || return 0
	{
		echo 'attack|without protection|default, root|--userns|ordinary user'
		cat "$TABLE"
	} | column -t -s '|' -o ' | ' | sed 's/^/SHOW: /'
	: >"$TABLE"
}
