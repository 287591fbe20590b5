internal import SampanDomain
internal import SampanTestSupport

/// One run: a scenario, a seed and what goes wrong. The same three give the same run, to the last turn.
package struct SagaRun: Sendable {
    package var scenario: SagaScenario
    package var seed: UInt64
    /// What made the scenario and the rest; nil where they were chosen.
    package private(set) var origin: UInt64?
    package var faults: SimulatedFaults
    /// Whether turns are taken as the seed says; else in the order of arrival.
    package var isShuffled: Bool
    package var bug: PlantedBug?

    package init(_ scenario: SagaScenario, seed: UInt64, faults: SimulatedFaults, isShuffled: Bool, bug: PlantedBug? = nil) {
        (self.scenario, self.seed, self.faults, self.isShuffled, self.bug) = (scenario, seed, faults, isShuffled, bug)
    }

    /// What a seed alone makes: who pays for what, what goes wrong, and in which order turns are taken.
    package init(seed: UInt64, bug: PlantedBug? = nil) {
        var random = SeededRandom(seed: seed)
        let permille = [0, 10, 40, 150].randomElement(using: &random) ?? 0
        self.init(
            SagaScenario.random(using: &random), seed: random.next(), faults: .random(permille: permille), isShuffled: true, bug: bug)
        origin = seed
    }

    package struct Result: Sendable {
        /// nil where everything that must be so was so, at every moment.
        package let violation: String?
        /// Places to which the run came at which something could have gone wrong.
        package let points: [SimulatedPoint]
        /// Of every turn and accident: two runs with the same number were the same run.
        package let trace: UInt64
        /// What happened, line by line, where it was asked for.
        package let lines: [String]
    }

    /// Runs it to its end.
    /// - Parameter disks: begun anew first.
    package func run(on disks: SimulatedDisks, keepsLines: Bool = false) throws -> Result {
        try disks.reset()
        let world = SimulatedWorld(seed: seed, faults: faults, isShuffled: isShuffled, keepsLines: keepsLines)
        let region = SimulatedRegion(scenario, disks, world, bug: bug)
        let check = try SagaCheck(region)
        world.follow(crash: region.killed) {
            do {
                if let fault = try check.violation() { world.violate(fault) }
            } catch {
                world.violate("a check failed: \(error)")
            }
        }
        region.start()
        try SagaPeople(region).start()
        world.after(SagaScenario.calm) { world.calm() }
        world.run(until: SimulatedWorld.begin.advanced(byNanoseconds: SagaScenario.end.nanoseconds)) {
            (try? check.isOver()) ?? false
        } standing: {
            (try? check.standing()) ?? "unknown"
        }
        world.end()
        return Result(violation: world.violation, points: world.points, trace: world.trace, lines: world.lines)
    }
}
