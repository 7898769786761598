# Bash completion for buildd-master. It asks the program's own --help, so it knows every command
# and option that the program knows, and its lists for the names of builders and the newest builds.

# Fills `subcommands` and `options` from the help of the command given, e.g. `buildd-master queue`.
_buildd_master_ask() {
    local line word section=''
    subcommands='' options=''
    while IFS= read -r line; do
        case $line in
            [A-Z]*:) section=${line,,} ;;
            "  -"*)
                for word in ${line//,/ }; do
                    [[ $word == -* ]] || break
                    options+=" $word"
                done ;;
            "  "[a-z]*)
                read -r word _ <<<"$line"
                [[ $section != subcommands: ]] || subcommands+=" $word" ;;
        esac
    done < <("$@" --help 2>/dev/null)
}

# The first column of a list; nothing where no database answers soon. `config`: of the line, if any.
_buildd_master_list() {
    timeout 2 "$@" "${config[@]}" 2>/dev/null </dev/null | sed '1d; s/ .*//'
}

# What stands at that place of the command: names of builders, builds, or nothing known.
_buildd_master_names() {
    case "$previous ${command[*]:1:2}" in
        "--builder "* | *" builder "show | *" builder "set | *" builder "enable | *" builder "disable)
            _buildd_master_list "${command[0]}" builder list ;;
        *" build "show | *" build "why | *" build "log | *" build "retry | *" build "cancel | \
            *" build "rescore | *" build "reupload | \
            *" build "hold | *" build "release)
            _buildd_master_list "${command[0]}" build list --limit 200 ;;
    esac
}

_buildd_master() {
    local subcommands options global word
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local -a command=("${COMP_WORDS[0]/#\~/$HOME}") config=()
    COMPREPLY=()
    _buildd_master_ask "${command[@]}"
    global=$options
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ ${config[*]} != --config ]] || config+=("$word")
        [[ $word != --config ]] || config=(--config)
        [[ " $subcommands " == *" $word "* ]] || continue
        command+=("$word")
        _buildd_master_ask "${command[@]}"
    done
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options $global" -- "$current" | sort -u)
    elif [[ $previous != --config && $previous != --log-file ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$subcommands $(_buildd_master_names)" -- "$current")
    fi
}

# Where there is no command to complete: file names.
complete -o default -F _buildd_master buildd-master
