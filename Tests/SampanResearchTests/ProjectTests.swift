import Foundation
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanResearch

@Suite("Projects and their pseudonyms (RE-21)", .blocking, .timeLimit(.minutes(20)))
struct ProjectTests {
    /// A conditional dataset, and an agreement of its own for each of these projects.
    private func shared(_ projects: [ProjectID]) async throws -> ResearchBench {
        let bench = try await ResearchBench()
        _ = try await bench.catalogue.list(ResearchBench.dataset(.conditional), by: "admin/li")
        for (number, project) in projects.enumerated() {
            try await bench.agreements.make(ResearchBench.agreement("A-\(number)", project: project), by: "admin/li")
        }
        return bench
    }

    @Test("RE-21: pseudonyms stay within a project, over a restart, and ages with them; those of two projects share nothing")
    func pseudonyms() async throws {
        let projects = [try ResearchBench.project(), try ResearchBench.project("other"), try ResearchBench.project(of: 8)]
        let bench = try await shared(projects)
        try bench.fill(40, birth: "19870101")
        let first = try await bench.export(ResearchBench.request("A-0"))
        await bench.close()
        try await bench.open()
        // A birthday passes: the project's ages are as of its begin.
        bench.advance(days: 60)
        let again = try await bench.export(ResearchBench.request("A-0"))
        #expect(again.csv == first.csv)
        for (number, project) in projects.enumerated().dropFirst() {
            let export = try await bench.export(ResearchBench.request("A-\(number)", project: project))
            #expect(export.rows.count == 40)
            #expect(Set(export.rows.map(\.person)).isDisjoint(with: first.rows.map(\.person)))
            #expect(Set(export.rows.map(\.document)).isDisjoint(with: first.rows.map(\.document)))
        }
    }

    @Test("what is open is one publication: nobody gets it again under other pseudonyms and other days")
    func publication() async throws {
        let bench = try await ResearchBench()
        _ = try await bench.catalogue.list(ResearchBench.dataset(.open), by: "admin/li")
        try bench.fill(12)
        let first = try await bench.export(ResearchBench.request())
        for project in [try ResearchBench.project("other"), try ResearchBench.project(of: 8)] {
            let again = try await bench.export(ResearchBench.request(project: project))
            #expect(again.csv == first.csv && again.rows.count == 12)
        }
        try await bench.projects.end(publicationOf: try DatasetCode("labs"))
        let ended = try await bench.refusal(ResearchBench.request())
        #expect(ended == .projectEnded)
    }

    @Test("the order of rows tells nothing of the order of the source")
    func order() async throws {
        let projects = [try ResearchBench.project("one"), try ResearchBench.project("two")]
        let bench = try await shared(projects)
        for number in 1...60 {
            bench.source.add(
                ResearchSubject(person: try EnterpriseID(Int64(number)), birth: nil, sex: .male),
                [try ResearchBench.report(number, value: "\(100 + number)")])
        }
        func values(_ number: Int) async throws -> [String] {
            try await bench.export(ResearchBench.request("A-\(number)", project: projects[number])).rows.map { $0.value?.text ?? "" }
        }
        let (one, two) = (try await values(0), try await values(1))
        #expect(one != one.sorted() && two != two.sorted() && one != two && one.sorted() == two.sorted())
    }

    @Test("an ended project's key is in no byte of the file, sealed or not; another's is")
    func overwritten() async throws {
        let projects = [try ResearchBench.project("ended"), try ResearchBench.project("going")]
        let bench = try await shared(projects)
        for (number, project) in projects.enumerated() {
            _ = try await bench.export(ResearchBench.request("A-\(number)", project: project))
        }
        let database = try bench.research.database
        let sealed = try await database.read { tx in try tx.rows("SELECT sealed FROM research_projects ORDER BY name") { try $0.blob(0) } }
        try await bench.projects.end(ResearchBench.project("ended"))
        await bench.close()
        let bytes = ["", "-wal"].flatMap { FileManager.default.contents(atPath: bench.path + $0).map { [UInt8]($0) } ?? [] }
        let found = sealed.map { key in bytes.indices.contains { bytes[$0] == key[0] && bytes[$0...].starts(with: key) } }
        #expect(found == [false, true])
    }
}
