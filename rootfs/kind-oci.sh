# shellcheck shell=sh
# The oci kind: one image of an OCI image layout. skopeo chooses it, checks its digests and copies
# it into the state folder; umoci unpacks the copy, layer upon layer.
# Sourced by mkrootfs.

# The machine's name in the words of images; "386" beside it, since such programs run here, too.
oci_architectures() {
	case $(uname -m) in
	x86_64) echo amd64 386 ;;
	i?86) echo 386 ;;
	aarch64) echo arm64 arm ;;
	arm*) echo arm ;;
	*) uname -m ;;
	esac
}

# Sets $path to the longest part of SOURCE before a colon that is there, $tag to what follows it:
# names of files may have colons, and so do tags.
oci_split_source() {
	path=$SOURCE
	while [ ! -e "$path" ]; do
		case $path in
		*:*) path=${path%:*} ;;
		*) break ;;
		esac
	done
	tag=${SOURCE#"$path"}
	[ "$tag" != : ] || die "'$SOURCE' has nothing after the colon"
	tag=${tag#:}
}

oci_need() {
	need skopeo skopeo
	need umoci umoci
}

# skopeo takes the first colon for the end of a path, wherever links lead.
oci_check_colon() {
	case $(readlink -f -- "$1") in
	*:*) die "$1: skopeo cannot read or write where a path has a colon" ;;
	esac
}

oci_check() {
	oci_need
	oci_split_source
	[ -e "$path" ] || die "there is no folder '$path'"
	[ -d "$path" ] || die "$path is not a folder; for an archive: mkrootfs docker-archive"
	for file in oci-layout index.json; do
		[ -e "$path/$file" ] || die "$path is no OCI image layout: it has no $file"
		[ -r "$path/$file" ] || die "cannot read $path/$file"
	done
	oci_check_colon "$path"
	oci_check_colon "$STATE"
}

# The tools run in the state folder, with short names for all they work on: no name of the user's
# can be taken for more than a name. What skopeo remembers of images goes there, too; root's it
# would write to /var/lib, but for the variable by which it knows a user's process. It asks for
# nobody's signature: who names a folder on his disk has chosen it.
oci_run() {
	run env --chdir="$STATE" TMPDIR="$STATE" XDG_DATA_HOME="$STATE/data" XDG_RUNTIME_DIR="$STATE/data" \
		_CONTAINERS_ROOTLESS_UID=1 "$@" </dev/null
}
oci_skopeo() { oci_run skopeo --insecure-policy --tmpdir "$STATE" "$@"; }

# Why a tool failed: skopeo's last line is time="..." level=fatal msg="...", umoci's has a cross.
# Part of it may be from the image: no control characters for the terminal.
oci_reason() {
	tail -n 1 -- "$STATE/log" | tr -d '\000-\037\177' | sed '
		s/^time=.* level=fatal msg="\(.*\)"$/\1/
		s/^initializing source [^ ]*: //
		s/\\\(["\\]\)/\1/g
		s/^ *'"$(printf '\342\250\257')"' *//
		s/ *$//'
}

# The lines of standard input as one, for a message.
oci_listed() { tr -d '\000-\011\013-\037\177' | sort -u | paste -sd ' '; }

oci_make() {
	ln -s -- "$(readlink -f -- "$path")" "$STATE/source"
	oci_run umoci list --layout source >"$STATE/tags" || die "cannot read $path: $(oci_reason)"
	if [ -z "$tag" ] && grep -qxF latest "$STATE/tags"; then
		tag=latest
	elif [ -z "$tag" ] && [ "$(wc -l <"$STATE/tags")" -gt 1 ]; then
		die "$path holds several images; say which, $path:TAG: $(oci_listed <"$STATE/tags")"
	elif [ -n "$tag" ] && ! grep -qxF -e "$tag" "$STATE/tags"; then
		die "$path has no image $tag; there are: $(oci_listed <"$STATE/tags")"
	fi
	oci_copy "oci:source${tag:+:$tag}" || oci_copy_failed
	oci_unpack
}

# oci_copy IMAGE: to the layout "image" in the state folder. Gzip, since umoci knows no zstd; the
# lowest level, since what is compressed here is unpacked at once.
oci_copy() {
	oci_skopeo copy --quiet --dest-compress-format gzip --dest-compress-level 1 "$1" oci:image:image
}

oci_copy_failed() {
	reason=$(oci_reason)
	case $reason in
	*'more than one image'*) die "$path holds no image, or several without a tag for each" ;;
	*'no image found in '*)
		die "$SOURCE has no image for this machine, which runs linux $(oci_architectures)" ;;
	esac
	die "cannot read $SOURCE: $reason"
}

# An index of images for many machines has been gone through by skopeo; an image by itself, not.
oci_check_platform() {
	oci_skopeo inspect --config --format '{{.OS}} {{.Architecture}}' oci:image:image \
		>"$STATE/platform" || die "cannot read the configuration of $SOURCE: $(oci_reason)"
	platform=$(tr -d '\000-\037\177' <"$STATE/platform")
	for architecture in '' $(oci_architectures); do
		case $platform in
		"linux $architecture" | " $architecture") return 0 ;;
		esac
	done
	die "$SOURCE is for another machine: $platform; this one runs linux $(oci_architectures)"
}

oci_unpack_failed() {
	reason=$(oci_reason)
	case $reason in
	*'not correct mediatype: '*encrypted) die "$SOURCE has encrypted layers; decrypt it first" ;;
	*'not correct mediatype: '*)
		die "$SOURCE has a layer of a type that umoci does not know: ${reason##*mediatype: }" ;;
	esac
	die "cannot unpack $SOURCE: $reason"
}

# umoci keeps every path of a layer inside the tree, as if it were in a chroot.
oci_unpack() {
	oci_check_platform
	rootless=
	can_chown || rootless=--rootless
	# shellcheck disable=SC2086 # one word or none
	oci_run umoci raw unpack $rootless --image image:image new || oci_unpack_failed
	[ -n "$rootless" ] || return 0
	remove_set_ids
	devices=$(grep -c 'empty file in place of device' "$STATE/log") || return 0
	say "device nodes are empty files, since you cannot make them: $devices"
}
