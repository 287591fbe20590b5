import ArgumentParser
import SampanSaga

/// Runs the saga as often as it is told, and prints what it found.
struct SagaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saga",
        abstract: "Run the way of a payment through all its accidents, on simulated disks, lines and clocks.",
        discussion: """
            Without --replay: every accident at every place of each named scenario, every pair of crashes (or a share of the pairs), and
            --seeds runs in which the seed decides who pays for what, what goes wrong and who has the next turn.

            Examples:
              sampan-bench saga --singles --pairs --seeds 100000
              sampan-bench saga --seeds 50000 --from 50000
              sampan-bench saga --seeds 5000 --bug inbox-apart
              sampan-bench saga --replay 4711

            Exit code: 0 no rule was broken, 1 one was (each run that did is on a line), 64 wrong usage.
            """)

    @Flag(help: "Every accident at every place of each named scenario.") var singles = false
    @Flag(help: "Every pair of crashes of each named scenario.") var pairs = false
    @Option(help: "Take only every so many of the pairs.") var share = 1
    @Option(help: "Which of the shares, 0 being the first.") var part = 0
    @Option(help: "Runs by seed.") var seeds = 0
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "A planted bug: \(PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")).") var bug: String?
    @Flag(help: "End with the first finding.") var first = false
    @Option(help: "Run one seed, print all that happens.") var replay: UInt64?
    @Option(help: "Run one named scenario, print all that happens.") var scenario: String?
    @Option(help: "What goes wrong in it: a place and an accident, as findings tell them (37:crashBefore).") var at: [String] = []

    func validate() throws {
        guard share > 0, (0..<share).contains(part), seeds >= 0 else {
            throw ValidationError("--part is less than --share, --seeds not below 0")
        }
        guard accidents != nil else { throw ValidationError("--at is PLACE:ACCIDENT") }
        guard scenario == nil || SagaScenario.named.contains(where: { $0.name == scenario }) else {
            throw ValidationError("there are \(SagaScenario.named.map(\.name).joined(separator: "; "))")
        }
        guard bug == nil || planted != nil else { throw ValidationError("there is no such bug: \(bug ?? "")") }
    }

    private var accidents: [Int: SimulatedFault]? {
        var faults: [Int: SimulatedFault] = [:]
        for text in at {
            let parts = text.split(separator: ":")
            guard parts.count == 2, let place = Int(parts[0]), let fault = SimulatedFault(rawValue: String(parts[1])) else { return nil }
            faults[place] = fault
        }
        return faults
    }

    private var planted: PlantedBug? { bug.flatMap(PlantedBug.init) }

    func run() throws {
        if let scenario = SagaScenario.named.first(where: { $0.name == scenario }), let accidents {
            return try show(SagaRun(scenario, seed: 1, faults: .at(accidents), isShuffled: false, bug: planted))
        }
        if let replay { return try show(SagaRun(seed: replay, bug: planted)) }
        var search = try SagaSearch(bug: planted)
        search.stopsAtFirst = first
        if singles { for scenario in SagaScenario.named { try search.singles(scenario) } }
        if pairs { for scenario in SagaScenario.named { try search.pairs(scenario, first: part, share: share) } }
        try search.seeds(from: from, count: seeds)
        for finding in search.findings { print(finding) }
        print("\(search.runs) runs, \(search.points) places, \(search.findings.count) findings")
        if !search.findings.isEmpty { throw ExitCode(1) }
    }

    private func show(_ run: SagaRun) throws {
        let result = try run.run(on: SimulatedDisks(bug: planted), keepsLines: true)
        for line in result.lines { print(line) }
        print("\(result.points.count) places, trace \(String(result.trace, radix: 16)), \(result.violation ?? "no rule was broken")")
        if result.violation != nil { throw ExitCode(1) }
    }
}
