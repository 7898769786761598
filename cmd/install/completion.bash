# Bash completion for buildd-master. It asks the program's own --help, so it knows every command
# and option that the program knows.

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

_buildd_master() {
    local subcommands options global word
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local -a command=("${COMP_WORDS[0]/#\~/$HOME}")
    COMPREPLY=()
    _buildd_master_ask "${command[@]}"
    global=$options
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ " $subcommands " == *" $word "* ]] || continue
        command+=("$word")
        _buildd_master_ask "${command[@]}"
    done
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options $global" -- "$current" | sort -u)
    elif [[ $previous != --config && $previous != --log-file ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$subcommands" -- "$current")
    fi
}

# Where there is no command to complete: file names.
complete -o default -F _buildd_master buildd-master
