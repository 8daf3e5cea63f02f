using StreamingContrastive.Host.Commands;

var context = ProgramContext.OfThisProcess();
return await new CommandLineProgram(context, CommandSet.Create(context)).RunAsync(args, CancellationToken.None).ConfigureAwait(false);
