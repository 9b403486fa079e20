%% What OTP's supervisor does, as traces: `escript supervisor.erl` prints one JSON object, {"scenario": ["line", …], …}.
%% Children a, b, c note their start and their end; a scenario tells them how to fail.
-module(supervisor_erl).
-mode(compile).
-behaviour(gen_server).
-export([main/1, init/1, handle_cast/2, handle_call/3, terminate/2, start_child/3, start_super/2]).

%% ── A child ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

%% `Fails`: how often its init fails from its second start on.
start_child(Name, Trace, Fails) -> gen_server:start_link({local, Name}, ?MODULE, {child, Name, Trace, Fails}, []).

init({super, Flags, Children}) -> {ok, {Flags, Children}};
init({child, Name, Trace, Fails}) ->
    process_flag(trap_exit, true),
    Times = ets:update_counter(starts, Name, 1, {Name, 0}),
    case Times > 1 andalso Times =< Fails + 1 of
        true -> note(Trace, "~p fails to start", [Name]), {stop, boom};
        false -> note(Trace, "~p starts", [Name]), {ok, {Name, Trace}}
    end.

handle_cast({leave, Reason}, State) -> {stop, Reason, State};
handle_cast(hang, State) -> timer:sleep(infinity), {noreply, State}.
handle_call(ping, _, State) -> {reply, pong, State}.

terminate(Reason, {Name, Trace}) -> note(Trace, "~p ends: ~s", [Name, word(Reason)]).

word(normal) -> "normal";
word(shutdown) -> "shutdown";
word(_) -> "crash".

note(Trace, Format, Args) -> Trace ! {line, lists:flatten(io_lib:format(Format, Args))}, ok.

%% ── A scenario ──────────────────────────────────────────────────────────────────────────────────────────────────────────

start_super(Flags, Children) -> supervisor:start_link(?MODULE, {super, Flags, Children}).

child(Name, How) ->
    #{id => Name, start => {?MODULE, start_child, [Name, whereis(tracer), maps:get(fails, How, 0)]},
      restart => maps:get(restart, How, permanent), shutdown => maps:get(shutdown, How, 1000)}.

flags(Strategy, Intensity, Period) -> #{strategy => Strategy, intensity => Intensity, period => Period}.

run(Name, Flags, Children, Steps) ->
    ets:delete_all_objects(starts),
    process_flag(trap_exit, true),
    {ok, Pid} = start_super(Flags, Children),
    [step(Pid, Step) || Step <- Steps],
    case is_process_alive(Pid) of
        true -> unlink(Pid), stop(Pid);
        false -> self() ! {line, "the supervisor has ended"}
    end,
    receive {'EXIT', Pid, _} -> ok after 0 -> ok end,
    {Name, lines()}.

%% What follows is compared, so the end of all is marked.
stop(Pid) ->
    self() ! {line, "all are told to stop"},
    Ref = monitor(process, Pid),
    exit(Pid, shutdown),
    receive {'DOWN', Ref, _, _, _} -> ok after 10000 -> exit(stuck) end.

step(_, {crash, Name}) -> gen_server:cast(Name, {leave, boom}), settle();
step(_, {leave, Name, Reason}) -> gen_server:cast(Name, {leave, Reason}), settle();
step(_, {kill, Name}) -> exit(whereis(Name), kill), self() ! {line, lists:flatten(io_lib:format("~p is killed", [Name]))}, settle();
step(_, {hang, Name}) -> gen_server:cast(Name, hang);
step(_, {both, Names}) ->
    [erlang:suspend_process(whereis(N)) || N <- Names],
    [gen_server:cast(N, {leave, boom}) || N <- Names],
    [erlang:resume_process(whereis(N)) || N <- Names], settle();
step(_, {wait, Ms}) -> timer:sleep(Ms);
step(Sup, {stop_child, Name}) -> supervisor:terminate_child(Sup, Name), settle().

%% Restarts are done by messages of a few processes; nothing else runs here.
settle() -> timer:sleep(100).

lines() -> receive {line, Line} -> [Line | lines()] after 0 -> [] end.

all3(How) -> [child(a, How), child(b, How), child(c, How)].

scenarios() ->
    [
     run("start in order, stop in reverse", flags(one_for_one, 3, 5), all3(#{}), []),
     run("one_for_one restarts who has crashed", flags(one_for_one, 3, 5), all3(#{}), [{crash, b}]),
     run("one_for_all ends the others in reverse, and starts all in order", flags(one_for_all, 3, 5), all3(#{}), [{crash, b}]),
     run("rest_for_one ends those that started later in reverse, and starts them in order", flags(rest_for_one, 3, 5), all3(#{}), [{crash, b}]),
     run("rest_for_one of the first restarts all", flags(rest_for_one, 3, 5), all3(#{}), [{crash, a}]),
     run("rest_for_one of the last restarts it alone", flags(rest_for_one, 3, 5), all3(#{}), [{crash, c}]),
     run("as many crashes as the budget allows are restarted", flags(one_for_one, 2, 5), all3(#{}), [{crash, b}, {crash, b}]),
     run("one more ends the supervisor", flags(one_for_one, 2, 5), all3(#{}), [{crash, b}, {crash, b}, {crash, b}]),
     run("crashes of different children count together", flags(one_for_one, 2, 5), all3(#{}), [{crash, a}, {crash, b}, {crash, c}]),
     run("a budget of 0 allows none", flags(one_for_one, 0, 5), all3(#{}), [{crash, b}]),
     run("crashes longer ago than the period do not count", flags(one_for_one, 1, 1), all3(#{}), [{crash, b}, {wait, 2100}, {crash, b}]),
     run("a restart of all counts once", flags(one_for_all, 1, 5), all3(#{}), [{crash, b}]),
     run("a restart that fails in init counts, and is tried again", flags(one_for_one, 3, 5), [child(a, #{}), child(b, #{fails => 2}), child(c, #{})], [{crash, b}]),
     run("a restart that fails too often ends the supervisor", flags(one_for_one, 2, 5), [child(a, #{}), child(b, #{fails => 9}), child(c, #{})], [{crash, b}]),
     run("one_for_all with a start that fails ends what had started again, and tries all again", flags(one_for_all, 3, 5), [child(a, #{}), child(b, #{fails => 1}), child(c, #{})], [{crash, c}]),
     run("rest_for_one with a start that fails tries from there on", flags(rest_for_one, 3, 5), [child(a, #{}), child(b, #{fails => 1}), child(c, #{})], [{crash, a}]),
     run("a temporary child is not restarted", flags(one_for_one, 3, 5), all3(#{restart => temporary}), [{crash, b}]),
     run("crashes of temporary children do not count", flags(one_for_one, 0, 5), all3(#{restart => temporary}), [{crash, b}, {crash, c}]),
     run("one_for_all: a temporary child ends with the others, and is not started again", flags(one_for_all, 3, 5), [child(a, #{}), child(b, #{}), child(c, #{restart => temporary})], [{crash, b}]),
     run("one_for_all: the crash of a temporary child restarts nobody", flags(one_for_all, 3, 5), [child(a, #{}), child(b, #{restart => temporary}), child(c, #{})], [{crash, b}]),
     run("a transient child that crashes is restarted", flags(one_for_one, 3, 5), all3(#{restart => transient}), [{crash, b}]),
     run("a transient child that ends normally is not", flags(one_for_one, 3, 5), all3(#{restart => transient}), [{leave, b, normal}]),
     run("a transient child that ends by shutdown is not", flags(one_for_one, 3, 5), all3(#{restart => transient}), [{leave, b, shutdown}]),
     run("a permanent child that ends normally is restarted, and it counts", flags(one_for_one, 1, 5), all3(#{}), [{leave, b, normal}, {leave, b, normal}]),
     run("one_for_all: a permanent child that ends normally restarts all", flags(one_for_all, 3, 5), all3(#{}), [{leave, b, normal}]),
     run("a child that was told to stop is not restarted", flags(one_for_one, 3, 5), all3(#{}), [{stop_child, b}]),
     run("a child that does not stop in time is killed, and the others are stopped", flags(one_for_one, 3, 5), all3(#{shutdown => 100}), [{hang, b}]),
     run("one that is killed has no end of its own, and is restarted", flags(one_for_one, 3, 5), all3(#{}), [{kill, b}])
    ].

main(_) ->
    logger:set_primary_config(level, none),
    register(tracer, self()),
    ets:new(starts, [named_table, public]),
    Text = [["  ", quote(Name), ": [", lists:join(", ", [quote(L) || L <- Lines]), "]"] || {Name, Lines} <- scenarios()],
    io:format("{\n~s\n}\n", [lists:join(",\n", Text)]).

quote(Text) -> [$", Text, $"].
