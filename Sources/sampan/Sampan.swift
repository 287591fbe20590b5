import ArgumentParser
import SampanNode

/// The program: one subcommand, one file.
@main
struct Sampan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan",
        abstract: "The service mesh of a health region.",
        version: ProgramVersion.text,
        subcommands: [
            ServeCommand.self, FerryCommand.self, AuthorityGroup.self, CertsCommand.self, CanCommand.self, PolicyCommand.self,
            AuditCommand.self, RootCommand.self, TopCommand.self,
            RevokeCommand.self, LockCommand.self, UnlockCommand.self, DenialsCommand.self, StatusCommand.self, RoutesCommand.self,
            CustodianCommand.self, DrainCommand.self, WhyCommand.self,
            HandshakesCommand.self, ConnCommand.self, JournalCommand.self, ProbeCommand.self, CheckCommand.self, ConfigCommand.self,
            ListCommand.self, DescribeCommand.self, CallCommand.self, ReconcileCommand.self, LedgerCommand.self,
            SettlementCommand.self, BreaksCommand.self, StatisticsCommand.self, InstitutionCommand.self, StaffCommand.self,
            CodesCommand.self, DocumentCommand.self, RecordCommand.self, IdentityCommand.self,
        ])
}
