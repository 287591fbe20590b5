import SampanDomain
import SampanIdentity
import SampanTestSupport
import StoreTestSupport
import Testing

@Suite("Merging is exactly reversible", .blocking)
struct MergePropertyTests {
    /// Which records are one person's: the graph, without the persons' numbers.
    private static func graph(_ test: TestIndex, _ ids: [EnterpriseID]) async throws -> [EnterpriseID: [String]] {
        var graph: [EnterpriseID: [String]] = [:]
        for id in ids {
            let survivor = try await test.index.resolve(id)
            if graph[survivor] == nil { graph[survivor] = try await test.index.crossReference(survivor).records.map(\.localID) }
        }
        return graph
    }

    @Test("random merges and unmerges, then all undone: the same graph", arguments: [UInt64(1), 7, 20_261_127])
    func random(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        print("seed \(seed)")
        let test = try await TestIndex()
        var ids: [EnterpriseID] = []
        for person in 0..<8 {
            let birth = "19\(60 + person)0\(person + 1)15"
            for visit in 0..<2 {
                let outcome = try await test.register(
                    "\(person)-\(visit)",
                    Demographics(
                        name: "测验人\(["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"][person])", sex: "1", birthDate: birth, idType: "01",
                        idNumber: number(birth, "0\(person)1")))
                if visit == 0 { ids.append(outcome.person) }
            }
        }
        let before = try await Self.graph(test, ids)
        #expect(before.count == 8)
        var open: [Int64] = []
        for step in 0..<60 {
            let request = IndexRequest(institution: "P", id: "s\(step)", actor: "test", reason: "property")
            do throws(IndexError) {
                if Bool.random(using: &random) || open.isEmpty {
                    let (one, other) = (ids.randomElement(using: &random), ids.randomElement(using: &random))
                    guard let one, let other else { continue }
                    open.append(try await test.index.merge(other, into: one, request).event)
                } else {
                    let place = Int.random(in: open.indices, using: &random)
                    _ = try await test.index.unmerge(event: open[place], request)
                    open.remove(at: place)
                }
            } catch {
                #expect(error == .samePerson || error == .notReversible)
            }
        }
        var round = 0
        while !open.isEmpty, round < 100 {
            for event in open.reversed() {
                round += 1
                let request = IndexRequest(institution: "P", id: "u\(round)", actor: "test", reason: "property")
                if (try? await test.index.unmerge(event: event, request)) != nil { open.removeAll { $0 == event } }
            }
        }
        #expect(open.isEmpty)
        #expect(try await Self.graph(test, ids) == before)
        #expect(try await test.index.totals().persons == 8)
    }

    @Test("a replayed merge is one merge")
    func replay() async throws {
        let test = try await TestIndex()
        let one = try await test.register(
            "1", Demographics(name: "甲一", birthDate: "19700101", idType: "01", idNumber: number("19700102", "001")))
        let two = try await test.register(
            "2", Demographics(name: "乙二", birthDate: "19800101", idType: "01", idNumber: number("19800102", "001")))
        let request = IndexRequest(institution: "P", id: "m", actor: "test", reason: "same")
        let first = try await test.index.merge(two.person, into: one.person, request)
        #expect(try await test.index.merge(two.person, into: one.person, request).event == first.event)
        let kinds = try await test.index.history(one.person).map(\.kind)
        #expect(kinds == [.merged, .created])
    }
}
