import SampanSaga
import StoreTestSupport
import Testing

/// The whole way of a payment, pay → store → ferry → HIS → result → refund, under accidents (RF-01, GW-08, GW-12). The search at full
/// size is `Scripts/prove saga`.
@Suite("Saga", .blocking)
struct SagaSearchTests {
    @Test(
        "RF-01 GW-12: every accident at every place of a scenario leaves nothing lost, doubled or stuck",
        arguments: SagaScenario.named.map(\.name))
    func singles(name: String) throws {
        let scenario = try #require(SagaScenario.named.first { $0.name == name })
        var search = try SagaSearch()
        try search.singles(scenario)
        #expect(search.findings.map(\.description) == [])
        #expect(search.runs > 50)
    }

    @Test("RF-01: seeds decide who pays for what, what goes wrong and who has the next turn")
    func seeds() throws {
        var search = try SagaSearch()
        try search.seeds(from: 1, count: 500)
        #expect(search.findings.map(\.description) == [])
    }

    @Test("a planted bug is found", arguments: PlantedBug.allCases)
    func planted(bug: PlantedBug) throws {
        var search = try SagaSearch(bug: bug)
        search.stopsAtFirst = true
        try search.seeds(from: 1, count: 500)
        #expect(search.findings.count == 1)
    }

    @Test("the same seed is the same run, to the last turn; another seed is another", arguments: [1, 2, 31, 163, 711] as [UInt64])
    func replay(seed: UInt64) throws {
        let disks = try SimulatedDisks()
        let first = try SagaRun(seed: seed).run(on: disks, keepsLines: true)
        let again = try SagaRun(seed: seed).run(on: SimulatedDisks(), keepsLines: true)
        #expect(first.trace == again.trace && first.lines == again.lines && !first.lines.isEmpty)
        #expect(try SagaRun(seed: seed + 1).run(on: disks).trace != first.trace)
    }
}
