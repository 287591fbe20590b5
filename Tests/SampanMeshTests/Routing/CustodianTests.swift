import SampanDomain
import SampanMesh
import SampanRPC
import SampanTestSupport
import SampanTransport
import Testing

@Suite("Who keeps for whom")
struct CustodianTests {
    private static let city = "4699010000"
    private static let county = "4699010001"
    private static let other = "4699010002"
    /// Have no node, no node for most, and nobody.
    private static let village = "4699010009"
    private static let town = "4699010008"
    private static let hamlet = "4699010007"

    private static func custodian(_ institution: String, _ service: String = "", by custodian: String) throws -> EpochCustodian {
        try EpochCustodian(EpochCustodian.Matter(institution: institution, service: service), custodian: custodian)
    }

    /// As the node `his-1` of an institution sees it.
    private static func table(as institution: String) throws -> RoutingTable {
        func route(_ name: String, _ services: [String], parent: String = "") throws -> EpochRoute {
            try EpochRoute(name: name, endpoints: ["h:1"], services: services, parent: parent)
        }
        return try RoutingTable(
            EpochDirectory(
                routes: [
                    route("\(city)/p-1", ["a.City", "a.Pay"]), route("\(county)/his-1", ["a.Records"], parent: city),
                    route("\(county)/his-2", ["a.Second"], parent: city), route("\(other)/his-1", ["a.Records"], parent: city),
                    route("\(town)/his-1", ["a.Town"], parent: city),
                ],
                custodians: [
                    custodian(village, by: county), custodian(village, "a.Pay", by: city), custodian(town, by: county),
                    custodian("4699010006", by: hamlet),
                ]), institution: institution, node: "his-1")
    }

    private static func text(_ answer: RoutingTable.Answer) -> String {
        switch answer {
        case .own: "own"
        case .nodes(let nodes): nodes.map { "\($0.institution)/\($0.node)" }.joined(separator: " ")
        case .nobody(let missing): missing.rawValue
        }
    }

    @Test(
        "a call goes to the custodian where the institution has no node for it, and by custodian-of: in any case",
        arguments: [
            // From a neighbour.
            (other, village, "a.Records", false, "4699010001/his-1"), (other, village, "a.Records", true, "4699010001/his-1"),
            (other, village, "a.Second", false, "4699010001/his-2"), (other, village, "a.Pay", false, "4699010000/p-1"),
            (other, village, "a.No", false, "CUSTODIAN_SERVES_NOT"), (other, "\(village)/his-1", "a.Records", false, "NODE_UNKNOWN"),
            (other, hamlet, "a.Records", false, "INSTITUTION_UNKNOWN"), (other, town, "a.Town", false, "4699010008/his-1"),
            (other, town, "a.Records", false, "4699010001/his-1"), (other, "4699010006", "a.Records", false, "CUSTODIAN_SERVES_NOT"),
            (other, "custodian-of:\(village)", "a.Records", false, "4699010001/his-1"),
            (other, "custodian-of:\(town)", "a.Town", false, "CUSTODIAN_SERVES_NOT"),
            // Nobody keeps for it: itself.
            (other, "custodian-of:\(county)", "a.Records", false, "4699010001/his-1"),
            (other, "custodian-of:\(other)", "a.Records", true, "own"),
            (other, "custodian-of:\(hamlet)", "a.Records", false, "INSTITUTION_UNKNOWN"),
            // From the custodian itself.
            (county, village, "a.Records", true, "own"), (county, village, "a.Second", false, "4699010001/his-2"),
            (county, "custodian-of:\(town)", "a.Records", true, "own"), (county, village, "a.No", false, "CUSTODIAN_SERVES_NOT"),
            // From the institution that is kept for: before what is above.
            (town, nil, "a.Records", false, "4699010001/his-1"), (town, nil, "a.Town", true, "own"),
            (town, nil, "a.City", false, "4699010000/p-1"), (town, town, "a.Records", false, "4699010001/his-1"),
            (town, "parent", "a.City", false, "4699010000/p-1"),
        ] as [(String, String?, String, Bool, String)])
    func resolve(institution: String, target: String?, service: String, isServed: Bool, expected: String) throws {
        let target = try target.map { try #require(CallTarget($0)) }
        #expect(try Self.text(Self.table(as: institution).resolve(target, service: service, isServed: isServed)) == expected)
    }

    @Test("a row and a ring, as no epoch can hold them, end after one step")
    func rings() throws {
        let directory = try EpochDirectory(
            routes: [EpochRoute(name: "\(Self.county)/his-1", endpoints: ["h:1"])],
            custodians: [
                Self.custodian(Self.village, by: Self.town), Self.custodian(Self.town, by: Self.village),
                Self.custodian(Self.hamlet, by: Self.other), Self.custodian(Self.other, by: Self.county),
            ])
        for institution in [Self.city, Self.village, Self.town, Self.other] {
            let table = RoutingTable(directory, institution: institution, node: "his-1")
            for target in [Self.village, Self.town, Self.hamlet, "custodian-of:\(Self.village)", "custodian-of:\(Self.hamlet)"] {
                let named = try #require(CallTarget(target))
                let answer = table.resolve(named, service: "a.Records", isServed: false)
                #expect(answer == .nobody(.custodian), "\(target) from \(institution)")
            }
        }
        let errors = [directory.custodians, Array(directory.custodians.prefix(2)), Array(directory.custodians.suffix(2))].map { entries in
            #expect(throws: EpochError.self) {
                _ = try TrustEpoch(
                    number: 1, previousHash: [], trustDomain: "a.test", issuedAt: UnixTime(nanoseconds: 0),
                    roots: [TrustAnchor(certificate: [1], standing: .active)], issuers: [TrustAnchor(certificate: [2], standing: .active)],
                    custodians: entries)
            }
        }
        #expect(errors.allSatisfy { $0?.field == "custodians.custodian" })
    }

    @Test(
        "what is no custodian is named by its field",
        arguments: [
            ("", "", county, "custodians.institution"), ("a b", "", county, "custodians.institution"),
            ("卫生院", "", county, "custodians.institution"), ("parent", "", county, "custodians.institution"),
            (village, "a b", county, "custodians.service"), (village, String(repeating: "a", count: 256), county, "custodians.service"),
            (village, "", "", "custodians.custodian"), (village, "", village, "custodians.custodian"),
            (village, "", "\(county)/his-1", "custodians.custodian"),
        ])
    func refused(institution: String, service: String, custodian: String, field: String) throws {
        let error = try #require(throws: EpochError.self) { _ = try Self.custodian(institution, service, by: custodian) }
        #expect(error.field == field)
    }

    @Test("whatever is commanded: nobody who keeps is kept for, a name leads one step, and the epoch can be read", arguments: 0..<8)
    func property(row: Int) throws {
        let seed = 5_400 + UInt64(row)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var region = try Region(seed: seed, nodes: 0)
        let (institutions, services) = ((0..<7).map { "46990100\(10 + $0)" }, ["", "a.A", "a.B"])
        var refusals = 0
        for _ in 0..<120 {
            let matter = try EpochCustodian.Matter(
                institution: institutions.randomElement(using: &random) ?? "", service: services.randomElement(using: &random) ?? "")
            let custodian = Int.random(in: 0..<4, using: &random) == 0 ? nil : institutions.randomElement(using: &random)
            do { try region.decide(.keep(matter, by: custodian)) } catch is AuthorityRefusal { refusals += 1 }
            let epoch = try TrustEpoch(serialized: region.state.newestEpoch)
            #expect(epoch.custodians == region.state.custodians)
            let kept = epoch.custodians
            for entry in kept {
                let further = kept.filter { other in
                    other.matter.institution == entry.custodian
                        && (other.matter.service == entry.matter.service || other.matter.service.isEmpty || entry.matter.service.isEmpty)
                }
                #expect(further.isEmpty, "seed \(seed): \(entry) \(further)")
            }
        }
        #expect(refusals > 0)
        // The journal says it all again, change by change.
        let again = try AuthorityJournal.replay(region.journal)
        #expect(again == region.state && !again.custodians.isEmpty)
    }
}
