import ArgumentParser
import SampanAPI

struct RootStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where the rollover stands and who is waited for.",
        discussion: """
            A tick is a step that is in force everywhere, a dot one that is waited for.

            EXAMPLES
              sampan root status
              sampan root status --json

            Exit code: 0 also when nodes are waited for, 1 the platform node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let response = try await admin.authority { try await $0.client.getRollover(TrustV1.GetRolloverRequest()) }
        guard let status = response.status else {
            print(admin.json ? "{}" : "there was no rollover yet")
            return
        }
        let view = RolloverView(status: status)
        print(admin.json ? try view.json(changed: nil) : view.text)
    }
}
