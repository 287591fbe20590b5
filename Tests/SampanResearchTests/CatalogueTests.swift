import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanResearch

@Suite("Data directory (RE-22 to RE-24)", .blocking, .timeLimit(.minutes(20)))
struct CatalogueTests {
    @Test("RE-22: the directory has its seven parts")
    func parts() throws {
        #expect(CataloguePart.allCases.count == 7)
        for part in CataloguePart.allCases { #expect(try CataloguePart(name: part.rawValue) == part) }
        #expect(throws: DomainError.self) { _ = try CataloguePart(name: "other") }
    }

    @Test("RE-24: a closed or conditional dataset without its legal basis is refused; an open one needs none")
    func basis() throws {
        for level in [OpenLevel.closed, .conditional] {
            for basis in ["", "  ", "\n"] {
                #expect(throws: DomainError.self, "\(level)") { _ = try ResearchBench.dataset(level, basis: basis) }
            }
            _ = try ResearchBench.dataset(level, basis: "法")
        }
        _ = try ResearchBench.dataset(.open, basis: "")
    }

    @Test("what cannot be a dataset is refused")
    func badDatasets() throws {
        #expect(throws: DomainError.self) { _ = try ResearchBench.dataset(.open, kinds: []) }
        for grade in [0, 5, -1] { #expect(throws: DomainError.self) { _ = try ResearchBench.dataset(.open, grade: grade) } }
        for code in ["", "a b", "数据", String(repeating: "a", count: 65), "a/b"] {
            #expect(throws: DomainError.self) { _ = try DatasetCode(code) }
        }
        // No dataset may hide people among fewer than its level asks for.
        #expect(throws: DomainError.self) { _ = try ResearchBench.dataset(.conditional, least: 4) }
        #expect(throws: DomainError.self) { _ = try ResearchBench.dataset(.open, least: 9) }
        #expect(try ResearchBench.dataset(.conditional, least: 5).smallestClass == 5)
        #expect(try ResearchBench.dataset(.closed).smallestClass == 10)
    }

    @Test("versions: the same again is none, a change is one, what is withdrawn is not found, and comes back as a new one")
    func versions() async throws {
        let bench = try await ResearchBench()
        let first = try ResearchBench.dataset(.conditional)
        let one = try await bench.catalogue.list(first, by: "admin/li")
        let again = try await bench.catalogue.list(first, by: "admin/li")
        #expect(one.version == 1 && again == one)
        let changed = try await bench.catalogue.list(ResearchBench.dataset(.closed), by: "admin/li")
        #expect(changed.version == 2)
        try await bench.catalogue.withdraw(first.code, by: "admin/li")
        try await bench.catalogue.withdraw(first.code, by: "admin/li")
        let gone = try await bench.catalogue.find(first.code)
        #expect(gone == nil)
        await bench.close()
        try await bench.open()
        let back = try await bench.catalogue.list(first, by: "admin/li")
        #expect(back.version == 4)
        await #expect(throws: ResearchError.unknown("dataset")) {
            try await bench.catalogue.withdraw(try DatasetCode("none"), by: "admin/li")
        }
    }

    @Test("pages by code, and by part")
    func pages() async throws {
        let bench = try await ResearchBench()
        for number in 1...7 { _ = try await bench.catalogue.list(ResearchBench.dataset(.open, code: "d\(number)"), by: "a") }
        try await bench.catalogue.withdraw(try DatasetCode("d4"), by: "a")
        var (codes, after): ([String], String) = ([], "")
        while true {
            let page = try await bench.catalogue.page(part: .care, after: after, limit: 2)
            codes += page.map(\.dataset.code.text)
            guard let last = page.last else { break }
            after = last.dataset.code.text
        }
        #expect(codes == ["d1", "d2", "d3", "d5", "d6", "d7"])
        let others = try await bench.catalogue.page(part: .basic)
        #expect(others.isEmpty)
    }

    @Test("RE-26: an opening has a basis, opens something, and consent is to one project")
    func openings() async throws {
        #expect(throws: DomainError.self) { _ = try ResearchBench.opening(.processed, .closed) }
        #expect(throws: DomainError.self) { _ = try ResearchBench.opening(.consent, .open) }
        let bench = try await ResearchBench()
        let opening = try ResearchBench.opening(.processed)
        try await bench.catalogue.open(opening, by: "admin/li")
        try await bench.catalogue.open(opening, by: "admin/li")
        await #expect(throws: ResearchError.numberUsed("opening")) {
            try await bench.catalogue.open(ResearchBench.opening(.consent), by: "admin/li")
        }
    }
}
