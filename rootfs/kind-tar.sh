# shellcheck shell=sh
# The tar kind: an archive of a whole root filesystem, checked member by member, then unpacked.
# Sourced by mkrootfs.

tar_check() {
	# By content: a name says nothing.
	case $(od -An -t x1 -N 6 -- "$SOURCE" | tr -d ' ') in
	1f8b*) unpacker=gzip ;;
	fd377a585a00) unpacker=xz ;;
	28b52ffd*) unpacker=zstd ;;
	*) unpacker= ;;
	esac
	[ -z "$unpacker" ] || need "$unpacker" "$([ $unpacker = xz ] && echo xz-utils || echo $unpacker)"
}

tar_make() {
	tar_decompress
	tar_unpack "$archive"
}

# The archive that is unpacked is the one that was checked: a decompressed copy, if need be.
tar_decompress() {
	archive=$SOURCE
	if [ -n "$unpacker" ]; then
		archive=$STATE/archive
		run "$unpacker" -dc <"$SOURCE" >"$archive" || die "cannot decompress $SOURCE: $(reason)"
	fi
}

# Fails with one line for the first member that could leave the tree. Reads tar's listing with
# names in C quotes, the only style in which no name can pass for something else.
# GNU tar protects, too (it makes symbolic links that lead out only at the end), but it goes on
# after it has refused something; and with two guards, one may have a fault.
# The names of device nodes go to the file DEVICES.
tar_check_members() {
	awk -v devices="$1" '
	function fail(text) { print text; failed = 1; exit 1 }

	# The quoted string that starts at "rest"; what follows it becomes "rest".
	function quoted(  string) {
		if (!match(rest, /^"([^"\\]|\\.)*"/))
			fail("cannot read the line of tar: " $0)
		string = substr(rest, 2, RLENGTH - 2)
		rest = substr(rest, RLENGTH + 1)
		return string
	}

	# "name" without empty and "." components, after a look at each folder on its way.
	function checked(name, what,  part, n, i, path) {
		if (name ~ /^\//)
			fail(what " has an absolute name: " name)
		n = split(name, part, "/")
		path = ""
		for (i = 1; i <= n; i++) {
			if (part[i] == "..")
				fail(what " leaves the folder: " name)
			if (part[i] == "" || part[i] == ".")
				continue
			if (path in link)
				fail(what " goes through the symbolic link " path ": " name)
			path = path (path == "" ? "" : "/") part[i]
		}
		return path
	}

	{
		type = substr($0, 1, 1)
		rest = substr($0, index($0, "\""))
		raw = quoted()
		name = checked(raw, "a member")
		seen[name] = 1
		if (type == "l")
			link[name] = 1
		else if (type == "h") {
			sub(/^ link to /, "", rest)
			target = checked(quoted(), "the target of a hard link")
			if (target in link)
				link[name] = 1
		} else if (type == "b" || type == "c")
			print raw >devices
		else if (type !~ /[-dpC]/)
			fail("a member of the unknown type " type ": " raw)
	}

	END {
		if (failed)
			exit 1
		if (!NR)
			fail("there is nothing in it")
		if (("manifest.json" in seen) && (("repositories" in seen) || ("oci-layout" in seen)))
			fail("it holds layers of an image (docker save); use the kind docker-archive")
	}'
}

# tar_unpack ARCHIVE
tar_unpack() {
	shown=${SOURCE:-the archive}
	: >"$STATE/devices"
	# --absolute-names, so that the names are shown as they are.
	run tar --list --verbose --numeric-owner --quoting-style=c --absolute-names \
		-f "$1" >"$STATE/list" || die "cannot read $shown: $(reason)"
	found=$(tar_check_members "$STATE/devices" <"$STATE/list") || die "$shown: $found"

	set -- -f "$1"
	# Asked of the kernel: root in a container may do neither.
	if ! mknod "$STATE/probe" c 1 3 2>/dev/null && [ -s "$STATE/devices" ]; then
		say "device nodes left out, since you cannot make them: $(wc -l <"$STATE/devices")"
		set -- "$@" --anchored --no-wildcards --exclude-from="$STATE/devices"
	fi
	if can_chown; then
		owner=kept
		set -- "$@" --same-owner --numeric-owner
	else
		owner=caller
		set -- "$@" --no-same-owner
	fi
	run tar --extract --preserve-permissions --directory="$NEW" "$@" ||
		die "cannot unpack $shown: $(reason)"
	[ $owner = kept ] || remove_set_ids
}
