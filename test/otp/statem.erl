%% What gen_statem does, as traces: `escript statem.erl` prints one JSON object, {"scenario": ["line", …], …}.
%% One machine; what it does in a state on an event is given by the scenario, as OTP's own actions. Each callback adds a line.
-module(statem).
-behaviour(gen_statem).
-mode(compile).
-export([main/1, init/1, callback_mode/0, handle_event/4]).

callback_mode() -> [handle_event_function, state_enter].

init({Trace, Rules}) -> {ok, a, #{trace => Trace, rules => Rules}}.

handle_event(enter, Old, State, Data) ->
    note(Data, io_lib:format("enter ~p from ~p", [State, Old])),
    case maps:get({enter, State}, maps:get(rules, Data), none) of
        none -> keep_state_and_data;
        Actions -> {keep_state_and_data, Actions}
    end;
handle_event(Type, Content, State, Data) ->
    note(Data, io_lib:format("~s in ~p", [event(Type, Content), State])),
    case maps:get({State, name(Type, Content)}, maps:get(rules, Data), none) of
        none -> keep_state_and_data;
        {next, Next} -> {next_state, Next, Data};
        {next, Next, Actions} -> {next_state, Next, Data, Actions};
        repeat -> repeat_state_and_data;
        Actions -> {keep_state_and_data, Actions}
    end.

event(cast, Content) -> atom_to_list(Content);
event(internal, Content) -> "inserted " ++ atom_to_list(Content);
event(timeout, _) -> "event timeout";
event(state_timeout, _) -> "state timeout";
event({timeout, Name}, _) -> "timer " ++ atom_to_list(Name).

name(timeout, _) -> event_timeout;
name(state_timeout, _) -> state_timeout;
name({timeout, Name}, _) -> {timer, Name};
name(_, Content) -> Content.

note(#{trace := Trace}, Line) -> Trace ! {line, lists:flatten(Line)}, ok.

%% Sends the events in one go, so that all wait before the first is handled, then waits `Ms`.
run(Name, Rules, Steps) ->
    {ok, Pid} = gen_statem:start(?MODULE, {self(), Rules}, []),
    lists:foreach(fun(Step) -> step(Pid, Step) end, Steps),
    gen_statem:stop(Pid),
    {Name, lines()}.

step(Pid, {send, Events}) ->
    sys:suspend(Pid),
    [gen_statem:cast(Pid, Event) || Event <- Events],
    sys:resume(Pid),
    settle(Pid);
step(Pid, {wait, Ms}) -> timer:sleep(Ms), settle(Pid).

%% A system message is no event, and comes after all that was sent before it.
settle(Pid) -> sys:get_state(Pid), ok.

lines() -> receive {line, Line} -> [Line | lines()] after 0 -> [] end.

%% What is due in time is 50 ms apart, so that its order does not hang on the machine.
scenarios() ->
    Next = fun(S) -> {next, S} end,
    [
     run("postponed come back oldest first, before what waits",
         #{{a, x} => [postpone], {a, y} => [postpone], {a, go} => Next(b)}, [{send, [x, y, go, z]}]),
     run("postponed again in the new state: their order stays",
         #{{a, x} => [postpone], {a, y} => [postpone], {b, x} => [postpone], {a, go} => Next(b), {b, z} => Next(c)},
         [{send, [x, y, go, z, w]}]),
     run("a change to the same state brings nothing back",
         #{{a, x} => [postpone], {a, go} => Next(a)}, [{send, [x, go, z]}]),
     run("repeat_state enters again, and brings nothing back",
         #{{a, x} => [postpone], {a, go} => repeat}, [{send, [x, go, z]}]),
     run("postpone and change of state in one: it comes back at once",
         #{{a, x} => {next, b, [postpone]}}, [{send, [x, y]}]),
     run("inserted events come before all that waits, in their order",
         #{{a, x} => [{next_event, internal, i}, {next_event, internal, j}]}, [{send, [x, y]}]),
     run("inserted events come before what was postponed",
         #{{a, x} => [postpone], {a, go} => {next, b, [{next_event, internal, i}]}}, [{send, [x, go, y]}]),
     run("enter at the start, and at each change before anything else",
         #{{a, go} => Next(b), {b, go} => Next(c)}, [{send, [go, go]}]),
     run("state timeout fires once",
         #{{a, x} => [{state_timeout, 50, s}]}, [{send, [x]}, {wait, 200}]),
     run("state timeout is cancelled by a change of state",
         #{{a, x} => [{state_timeout, 50, s}], {a, go} => Next(b)}, [{send, [x, go]}, {wait, 200}]),
     run("state timeout survives other events",
         #{{a, x} => [{state_timeout, 50, s}]}, [{send, [x, y]}, {wait, 200}]),
     run("state timeout survives a change to the same state",
         #{{a, x} => [{state_timeout, 50, s}], {a, go} => Next(a)}, [{send, [x, go]}, {wait, 200}]),
     run("state timeout set again is replaced",
         #{{a, x} => [{state_timeout, 50, s}], {a, y} => [{state_timeout, 150, s}]},
         [{send, [x, y]}, {wait, 100}, {send, [z]}, {wait, 200}]),
     run("state timeout set on entering",
         #{{a, go} => Next(b), {enter, b} => [{state_timeout, 50, s}]}, [{send, [go, y]}, {wait, 200}]),
     run("state timeout 0 comes after inserted events, before what waits",
         #{{a, x} => [{state_timeout, 0, s}, {next_event, internal, i}]}, [{send, [x, y]}]),
     run("event timeout is cancelled by any event",
         #{{a, x} => [{timeout, 50, e}]}, [{send, [x, y]}, {wait, 200}]),
     run("event timeout fires where nothing comes",
         #{{a, x} => [{timeout, 50, e}]}, [{send, [x]}, {wait, 200}]),
     run("named timer survives a change of state",
         #{{a, x} => [{{timeout, n}, 50, t}], {a, go} => Next(b)}, [{send, [x, go]}, {wait, 200}]),
     run("named timer set again is replaced",
         #{{a, x} => [{{timeout, n}, 50, t}], {a, y} => [{{timeout, n}, 150, t}]},
         [{send, [x, y]}, {wait, 100}, {send, [z]}, {wait, 200}]),
     run("named timer is cancelled",
         #{{a, x} => [{{timeout, n}, 50, t}], {a, y} => [{{timeout, n}, cancel}]}, [{send, [x, y]}, {wait, 200}]),
     run("named timers of two names both fire",
         #{{a, x} => [{{timeout, n}, 50, t}, {{timeout, m}, 100, t}]}, [{send, [x]}, {wait, 300}]),
     run("named timer 0 comes before what waits",
         #{{a, x} => [{{timeout, n}, 0, t}]}, [{send, [x, y]}]),
     run("a timer that has fired is postponed as any event",
         #{{a, x} => [{{timeout, n}, 0, t}], {a, {timer, n}} => [postpone], {a, go} => Next(b)}, [{send, [x, go, y]}])
    ].

main(_) ->
    logger:set_primary_config(level, none),
    Text = [["  ", quote(Name), ": [", lists:join(", ", [quote(L) || L <- Lines]), "]"] || {Name, Lines} <- scenarios()],
    io:format("{\n~s\n}\n", [lists:join(",\n", Text)]).

quote(Text) -> [$", Text, $"].
