#!/usr/bin/env bash
#
# gatewayctl Bash Completion
# =======================
#
# Bash completion support for the `gatewayctl` command,
#
# Installation
# ------------
#
# 1. Source all completion scripts in your .bash_profile
#
#   cd $YOUR_APP_HOME/bin
#   for f in $(find . -name "*_completion"); do line=". $(pwd)/$f"; grep "$line" ~/.bash_profile || echo "$line" >> ~/.bash_profile; done
#
# 2. Open a new bash console, and type `gatewayctl [TAB][TAB]`
#
# 1a. Alternatively, if you have [bash-completion](https://github.com/scop/bash-completion) installed:
#     Place this file in a `bash-completion.d` folder:
#
#   * /etc/bash-completion.d
#   * /usr/local/etc/bash-completion.d
#   * ~/bash-completion.d
#
# Documentation
# -------------
# The script is called by bash whenever [TAB] or [TAB][TAB] is pressed after
# 'gatewayctl (..)'. By reading entered command line parameters,
# it determines possible bash completions and writes them to the COMPREPLY variable.
# Bash then completes the user input if only one entry is listed in the variable or
# shows the options if more than one is listed in COMPREPLY.
#
# References
# ----------
# [1] http://stackoverflow.com/a/12495480/1440785
# [2] http://tiswww.case.edu/php/chet/bash/FAQ
# [3] https://www.gnu.org/software/bash/manual/html_node/The-Shopt-Builtin.html
# [4] http://zsh.sourceforge.net/Doc/Release/Options.html#index-COMPLETE_005fALIASES
# [5] https://stackoverflow.com/questions/17042057/bash-check-element-in-array-for-elements-in-another-array/17042655#17042655
# [6] https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html#Programmable-Completion
# [7] https://stackoverflow.com/questions/3249432/can-a-bash-tab-completion-script-be-used-in-zsh/27853970#27853970
#

if [ -n "$BASH_VERSION" ]; then
  # Enable programmable completion facilities when using bash (see [3])
  shopt -s progcomp
elif [ -n "$ZSH_VERSION" ]; then
  # Make alias a distinct command for completion purposes when using zsh (see [4])
  setopt COMPLETE_ALIASES
  alias compopt=complete

  # Enable bash completion in zsh (see [7])
  # Only initialize completions module once to avoid unregistering existing completions.
  if ! type compdef > /dev/null; then
    autoload -U +X compinit && compinit
  fi
  autoload -U +X bashcompinit && bashcompinit
fi

# CompWordsContainsArray takes an array and then checks
# if all elements of this array are in the global COMP_WORDS array.
#
# Returns zero (no error) if all elements of the array are in the COMP_WORDS array,
# otherwise returns 1 (error).
function CompWordsContainsArray() {
  declare -a localArray
  localArray=("$@")
  local findme
  for findme in "${localArray[@]}"; do
    if ElementNotInCompWords "$findme"; then return 1; fi
  done
  return 0
}
function ElementNotInCompWords() {
  local findme="$1"
  local element
  for element in "${COMP_WORDS[@]}"; do
    if [[ "$findme" = "$element" ]]; then return 1; fi
  done
  return 0
}

# The `currentPositionalIndex` function calculates the index of the current positional parameter.
#
# currentPositionalIndex takes three parameters:
# the command name,
# a space-separated string with the names of options that take a parameter, and
# a space-separated string with the names of boolean options (that don't take any params).
# When done, this function echos the current positional index to std_out.
#
# Example usage:
# local currIndex=$(currentPositionalIndex "mysubcommand" "$ARG_OPTS" "$FLAG_OPTS")
function currentPositionalIndex() {
  local commandName="$1"
  local optionsWithArgs="$2"
  local booleanOptions="$3"
  local previousWord
  local result=0

  for i in $(seq $((COMP_CWORD - 1)) -1 0); do
    previousWord=${COMP_WORDS[i]}
    if [ "${previousWord}" = "$commandName" ]; then
      break
    fi
    if [[ "${optionsWithArgs}" =~ ${previousWord} ]]; then
      ((result-=2)) # Arg option and its value not counted as positional param
    elif [[ "${booleanOptions}" =~ ${previousWord} ]]; then
      ((result-=1)) # Flag option itself not counted as positional param
    fi
    ((result++))
  done
  echo "$result"
}

# compReplyArray generates a list of completion suggestions based on an array, ensuring all values are properly escaped.
#
# compReplyArray takes a single parameter: the array of options to be displayed
#
# The output is echoed to std_out, one option per line.
#
# Example usage:
# local options=("foo", "bar", "baz")
# local IFS=$'\n'
# COMPREPLY=($(compReplyArray "${options[@]}"))
function compReplyArray() {
  declare -a options
  options=("$@")
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local i
  local quoted
  local optionList=()

  for (( i=0; i<${#options[@]}; i++ )); do
    # Double escape, since we want escaped values, but compgen -W expands the argument
    printf -v quoted %q "${options[i]}"
    quoted=\'${quoted//\'/\'\\\'\'}\'

    optionList[i]=$quoted
  done

  # We also have to add another round of escaping to $curr_word.
  curr_word=${curr_word//\\/\\\\}
  curr_word=${curr_word//\'/\\\'}

  # Actually generate completions.
  local IFS=$'\n'
  echo -e "$(compgen -W "${optionList[*]}" -- "$curr_word")"
}

# Bash completion entry point function.
# _complete_gatewayctl finds which commands and subcommands have been specified
# on the command line and delegates to the appropriate function
# to generate possible options and subcommands for the last specified subcommand.
function _complete_gatewayctl() {
  # Edge case: if command line has no space after subcommand, then don't assume this subcommand is selected (remkop/picocli#1468).
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} serve" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} demo" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} check" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} compile" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} fmt" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} explain" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} test-prompt" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} eval" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} replay" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} report" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} detectors" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} keys" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} completion" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} version" ];    then _picocli_gatewayctl; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} detectors list" ];    then _picocli_gatewayctl_detectors; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} detectors show" ];    then _picocli_gatewayctl_detectors; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} detectors scan" ];    then _picocli_gatewayctl_detectors; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} keys new" ];    then _picocli_gatewayctl_keys; return $?; fi
  if [ "${COMP_LINE}" = "${COMP_WORDS[0]} keys hash" ];    then _picocli_gatewayctl_keys; return $?; fi

  # Find the longest sequence of subcommands and call the bash function for that subcommand.
  local cmds0=(serve)
  local cmds1=(demo)
  local cmds2=(check)
  local cmds3=(compile)
  local cmds4=(fmt)
  local cmds5=(explain)
  local cmds6=(test-prompt)
  local cmds7=(eval)
  local cmds8=(replay)
  local cmds9=(report)
  local cmds10=(detectors)
  local cmds11=(keys)
  local cmds12=(completion)
  local cmds13=(version)
  local cmds14=(detectors list)
  local cmds15=(detectors show)
  local cmds16=(detectors scan)
  local cmds17=(keys new)
  local cmds18=(keys hash)

  if CompWordsContainsArray "${cmds18[@]}"; then _picocli_gatewayctl_keys_hash; return $?; fi
  if CompWordsContainsArray "${cmds17[@]}"; then _picocli_gatewayctl_keys_new; return $?; fi
  if CompWordsContainsArray "${cmds16[@]}"; then _picocli_gatewayctl_detectors_scan; return $?; fi
  if CompWordsContainsArray "${cmds15[@]}"; then _picocli_gatewayctl_detectors_show; return $?; fi
  if CompWordsContainsArray "${cmds14[@]}"; then _picocli_gatewayctl_detectors_list; return $?; fi
  if CompWordsContainsArray "${cmds13[@]}"; then _picocli_gatewayctl_version; return $?; fi
  if CompWordsContainsArray "${cmds12[@]}"; then _picocli_gatewayctl_completion; return $?; fi
  if CompWordsContainsArray "${cmds11[@]}"; then _picocli_gatewayctl_keys; return $?; fi
  if CompWordsContainsArray "${cmds10[@]}"; then _picocli_gatewayctl_detectors; return $?; fi
  if CompWordsContainsArray "${cmds9[@]}"; then _picocli_gatewayctl_report; return $?; fi
  if CompWordsContainsArray "${cmds8[@]}"; then _picocli_gatewayctl_replay; return $?; fi
  if CompWordsContainsArray "${cmds7[@]}"; then _picocli_gatewayctl_eval; return $?; fi
  if CompWordsContainsArray "${cmds6[@]}"; then _picocli_gatewayctl_testprompt; return $?; fi
  if CompWordsContainsArray "${cmds5[@]}"; then _picocli_gatewayctl_explain; return $?; fi
  if CompWordsContainsArray "${cmds4[@]}"; then _picocli_gatewayctl_fmt; return $?; fi
  if CompWordsContainsArray "${cmds3[@]}"; then _picocli_gatewayctl_compile; return $?; fi
  if CompWordsContainsArray "${cmds2[@]}"; then _picocli_gatewayctl_check; return $?; fi
  if CompWordsContainsArray "${cmds1[@]}"; then _picocli_gatewayctl_demo; return $?; fi
  if CompWordsContainsArray "${cmds0[@]}"; then _picocli_gatewayctl_serve; return $?; fi

  # No subcommands were specified; generate completions for the top-level command.
  _picocli_gatewayctl; return $?;
}

# Generates completions for the options and subcommands of the `gatewayctl` command.
function _picocli_gatewayctl() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands="serve demo check compile fmt explain test-prompt eval replay report detectors keys completion version"
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help' '-V' '--version'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `serve` subcommand.
function _picocli_gatewayctl_serve() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '--listen' '--admin' '--audit' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--listen')
      return
      ;;
    '--admin')
      return
      ;;
    '--audit')
      return
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `demo` subcommand.
function _picocli_gatewayctl_demo() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help' '--once'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `check` subcommand.
function _picocli_gatewayctl_check() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help' '--strict' '--fix'"
  local arg_opts="'--color' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json" "sarif" "github" "junit") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `compile` subcommand.
function _picocli_gatewayctl_compile() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '--emit'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORM_option_args=("text" "json" "dot" "mermaid") # --emit values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--emit')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORM_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `fmt` subcommand.
function _picocli_gatewayctl_fmt() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help' '--check' '--diff'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `explain` subcommand.
function _picocli_gatewayctl_explain() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `test-prompt` subcommand.
function _picocli_gatewayctl_testprompt() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help' '--stream'"
  local arg_opts="'--color' '-p' '--policy' '--file' '--tests' '--model' '--team' '--app' '--user' '--header' '--surface' '--response' '--expect' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local WHAT_option_args=("allow" "deny" "mask") # --expect values
  local FORMAT_option_args=("text" "json" "junit" "tap" "github") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '-p'|'--policy')
      return
      ;;
    '--file')
      return
      ;;
    '--tests')
      return
      ;;
    '--model')
      return
      ;;
    '--team')
      return
      ;;
    '--app')
      return
      ;;
    '--user')
      return
      ;;
    '--header')
      return
      ;;
    '--surface')
      return
      ;;
    '--response')
      return
      ;;
    '--expect')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHAT_option_args[@]}" ) )
      return $?
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `eval` subcommand.
function _picocli_gatewayctl_eval() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '-p' '--policy' '--map' '--model' '--surface' '--team' '--app' '--user' '--out' '--max-denied' '--max-errors' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '-p'|'--policy')
      return
      ;;
    '--map')
      return
      ;;
    '--model')
      return
      ;;
    '--surface')
      return
      ;;
    '--team')
      return
      ;;
    '--app')
      return
      ;;
    '--user')
      return
      ;;
    '--out')
      return
      ;;
    '--max-denied')
      return
      ;;
    '--max-errors')
      return
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `replay` subcommand.
function _picocli_gatewayctl_replay() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '-p' '--policy' '--since' '--until' '--expect' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '-p'|'--policy')
      return
      ;;
    '--since')
      return
      ;;
    '--until')
      return
      ;;
    '--expect')
      return
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `report` subcommand.
function _picocli_gatewayctl_report() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '--by' '--since' '--until' '--kind' '--fail-over' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local KIND_option_args=("cost" "usage") # --kind values
  local FORMAT_option_args=("text" "json" "csv" "markdown") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--by')
      return
      ;;
    '--since')
      return
      ;;
    '--until')
      return
      ;;
    '--kind')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${KIND_option_args[@]}" ) )
      return $?
      ;;
    '--fail-over')
      return
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `detectors` subcommand.
function _picocli_gatewayctl_detectors() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands="list show scan"
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `keys` subcommand.
function _picocli_gatewayctl_keys() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands="new hash"
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `completion` subcommand.
function _picocli_gatewayctl_completion() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac
  local SHELL_pos_param_args=("bash" "zsh" "fish") # 0-0 values

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local currIndex
    currIndex=$(currentPositionalIndex "completion" "${arg_opts}" "${flag_opts}")
    if (( currIndex >= 0 && currIndex <= 0 )); then
      positionals=$( compReplyArray "${SHELL_pos_param_args[@]}" )
    fi
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `version` subcommand.
function _picocli_gatewayctl_version() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `list` subcommand.
function _picocli_gatewayctl_detectors_list() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '-p' '--policy' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '-p'|'--policy')
      return
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `show` subcommand.
function _picocli_gatewayctl_detectors_show() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color'"
  local WHEN_option_args=("auto" "always" "never") # --color values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `scan` subcommand.
function _picocli_gatewayctl_detectors_scan() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help' '--fail'"
  local arg_opts="'--color' '-p' '--policy' '--jsonl' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json" "jsonl") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '-p'|'--policy')
      return
      ;;
    '--jsonl')
      return
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `new` subcommand.
function _picocli_gatewayctl_keys_new() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Generates completions for the options and subcommands of the `hash` subcommand.
function _picocli_gatewayctl_keys_hash() {
  # Get completion data
  local curr_word=${COMP_WORDS[COMP_CWORD]}
  local prev_word=${COMP_WORDS[COMP_CWORD-1]}

  local commands=""
  local flag_opts="'-q' '--quiet' '--verbose' '-h' '--help'"
  local arg_opts="'--color' '--format'"
  local WHEN_option_args=("auto" "always" "never") # --color values
  local FORMAT_option_args=("text" "json") # --format values

  type compopt &>/dev/null && compopt +o default

  case ${prev_word} in
    '--color')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${WHEN_option_args[@]}" ) )
      return $?
      ;;
    '--format')
      local IFS=$'\n'
      COMPREPLY=( $( compReplyArray "${FORMAT_option_args[@]}" ) )
      return $?
      ;;
  esac

  if [[ "${curr_word}" == -* ]]; then
    COMPREPLY=( $(compgen -W "${flag_opts} ${arg_opts}" -- "${curr_word}") )
  else
    local positionals=""
    local IFS=$'\n'
    COMPREPLY=( $(compgen -W "${commands// /$'\n'}${IFS}${positionals}" -- "${curr_word}") )
  fi
}

# Define a completion specification (a compspec) for the
# `gatewayctl`, `gatewayctl.sh`, and `gatewayctl.bash` commands.
# Uses the bash `complete` builtin (see [6]) to specify that shell function
# `_complete_gatewayctl` is responsible for generating possible completions for the
# current word on the command line.
# The `-o default` option means that if the function generated no matches, the
# default Bash completions and the Readline default filename completions are performed.
complete -F _complete_gatewayctl -o default gatewayctl gatewayctl.sh gatewayctl.bash
