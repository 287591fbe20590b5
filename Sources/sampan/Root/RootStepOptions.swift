import ArgumentParser
import SampanAPI

/// What every step of a rollover takes, and how it is done and told.
struct RootStepOptions: ParsableArguments {
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions
    @Option(help: "Number of the rollover. Left out: the one under way.")
    var rollover: UInt64?
    @Flag(help: "Wait for the nodes that the step waits for, then do it.")
    var wait = false
    @Option(help: "Longest time to wait.")
    var within = TimeSpan(seconds: 60)

    func validate() throws {
        if rollover == 0 { throw ValidationError("Rollovers are counted from 1.") }
        if wait, mutation.dryRun { throw ValidationError("--dry-run does not wait; leave out --wait.") }
    }

    /// Does the step and prints where the rollover stands. Ends with exit code 1 at a closed gate, which it tells.
    func run(_ verb: TrustV1.RolloverVerb, kind: RolloverKindName? = nil) async throws {
        let (mutation, rollover, within) = (mutation, rollover, wait ? self.within.duration : nil)
        let result = try await admin.authority(following: true) { access in
            let driver = RolloverDriver(access, mutation: mutation, within: within, progress: StandardError.line)
            do {
                return Result<_, RolloverDriver.ClosedGate>.success(try await driver.advance(verb, rollover: rollover, kind: kind))
            } catch let gate as RolloverDriver.ClosedGate {
                return .failure(gate)
            }
        }
        switch result {
        case .failure(let gate): try closed(gate)
        case .success(let response): try tell(response, verb)
        }
    }

    private func tell(_ response: TrustV1.AdvanceRolloverResponse, _ verb: TrustV1.RolloverVerb) throws {
        guard let status = response.status else { throw AdminFailure("the authority's answer has no status") }
        let view = RolloverView(status: status)
        if admin.json {
            print(try view.json(changed: response.changed))
            return
        }
        if mutation.dryRun {
            // The status is of after it where the authority can tell, else of now: not to be mistaken for each other.
            print("dry run: \(verb.name) could be done now; nothing has changed")
            return
        }
        if !response.changed { print("\(verb.name) was done before; nothing has changed") }
        print(view.text)
    }

    private func closed(_ gate: RolloverDriver.ClosedGate) throws {
        if admin.json {
            print(try gate.view.json(changed: false))
        } else {
            print(gate.view.laggards)
        }
        StandardError.line(
            "Error: \(gate.verb.name) of rollover \(gate.view.status.rollover) waits for \(gate.view.status.laggards.count) of the nodes; --wait waits for them"
        )
        throw ExitCode(1)
    }
}
