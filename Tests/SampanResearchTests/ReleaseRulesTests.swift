import SampanDomain
import Testing

@testable import SampanResearch

@Suite("What is open to whom (RE-22 to RE-26)")
struct ReleaseRulesTests {
    typealias Knowledge = ReleaseRules.Knowledge

    private func known(
        _ level: OpenLevel?, openings: [DatasetOpening] = [], agreement: DataUseAgreement? = nil, isEnded: Bool = false
    ) throws -> Knowledge {
        var known = Knowledge()
        if let level {
            known.dataset = ListedDataset(dataset: try ResearchBench.dataset(level), version: 1, enteredAt: ResearchBench.start)
        }
        (known.openings, known.agreement, known.isAgreementEnded) = (openings, agreement, isEnded)
        return known
    }

    private func outcome(_ request: ExportRequest, _ known: Knowledge, days: Int64 = 1) -> Result<Release, ResearchRefusal> {
        ReleaseRules.decide(request, known, at: ResearchBench.start.advanced(byNanoseconds: days * ResearchBench.day))
    }

    private func refusal(_ request: ExportRequest, _ known: Knowledge, days: Int64 = 1) -> ResearchRefusal? {
        if case .failure(let reason) = outcome(request, known, days: days) { reason } else { nil }
    }

    @Test("RE-22: what is not listed is not opened, whoever asks and whatever was signed")
    func unlisted() throws {
        #expect(refusal(try ResearchBench.request("A-1"), try known(nil, agreement: ResearchBench.agreement())) == .unlisted)
    }

    @Test("RE-23: open to anyone; conditional with an agreement; closed to all")
    func levels() throws {
        let (plain, signed) = (try ResearchBench.request(), try ResearchBench.request("A-1"))
        let agreement = try ResearchBench.agreement()
        #expect(refusal(plain, try known(.open)) == nil)
        #expect(refusal(plain, try known(.conditional, agreement: agreement)) == .agreementNeeded)
        #expect(refusal(signed, try known(.conditional)) == .agreementNeeded)
        #expect(refusal(signed, try known(.conditional, agreement: agreement)) == nil)
        #expect(refusal(plain, try known(.closed)) == .closed)
        #expect(refusal(signed, try known(.closed, agreement: agreement)) == .closed)
    }

    @Test("RE-25: outside of an agreement's scope in any one thing is refused")
    func scope() throws {
        let (start, day) = (ResearchBench.start, ResearchBench.day)
        func after(_ days: Int64) -> UnixTime { start.advanced(byNanoseconds: days * day) }
        let agreement = try ResearchBench.agreement(dataFrom: after(-100), dataUntil: after(-10), days: 0...30)
        func refused(
            _ request: ExportRequest, _ agreement: DataUseAgreement?, isEnded: Bool = false, days: Int64 = 1
        ) throws -> ResearchRefusal? { refusal(request, try known(.conditional, agreement: agreement, isEnded: isEnded), days: days) }
        func request(_ from: Int64, _ until: Int64, project: ProjectID? = nil) throws -> ExportRequest {
            try ResearchBench.request("A-1", project: project, from: after(from), until: after(until))
        }
        #expect(try refused(request(-100, -10), agreement) == nil)
        #expect(try refused(request(-101, -10), agreement) == .outsideAgreement)
        #expect(try refused(request(-100, -9), agreement) == .outsideAgreement)
        #expect(try refused(ResearchBench.request("A-1"), agreement) == .outsideAgreement)
        #expect(try refused(request(-50, -20), ResearchBench.agreement(datasets: ["other"])) == .outsideAgreement)
        #expect(try refused(request(-50, -20), ResearchBench.agreement(kinds: [.prescription])) == .outsideAgreement)
        #expect(try refused(request(-50, -20, project: ResearchBench.project("other")), agreement) == .otherAgreement)
        #expect(try refused(request(-50, -20, project: ResearchBench.project(of: 8)), agreement) == .otherAgreement)
        #expect(try refused(request(-50, -20), agreement, isEnded: true) == .agreementNotInForce)
        // From is in, until is out.
        for (days, reason) in [(-1, .agreementNotInForce), (0, nil), (29, nil), (30, .agreementNotInForce)]
            as [(Int64, ResearchRefusal?)]
        { #expect(try refused(request(-50, -20), agreement, days: days) == reason, "day \(days)") }
    }

    @Test("kinds that the dataset does not have are refused at every level", arguments: OpenLevel.allCases)
    func kinds(level: OpenLevel) throws {
        let request = try ResearchBench.request("A-1", kinds: [.labReport, .prescription])
        let agreement = try ResearchBench.agreement(kinds: Set(DocumentKind.allCases))
        let known = try known(level, openings: [ResearchBench.opening(.processed)], agreement: agreement)
        #expect(refusal(request, known) == .outsideDataset)
    }

    @Test("RE-26: a closed dataset is let out by consent or after processing, while the opening lasts, and by its level's rules")
    func closed() throws {
        let (plain, signed) = (try ResearchBench.request(), try ResearchBench.request("A-1"))
        let agreement = try ResearchBench.agreement()
        for path in DatasetOpening.Path.allCases {
            let opening = try ResearchBench.opening(path)
            #expect(refusal(plain, try known(.closed, openings: [opening])) == .agreementNeeded)
            let open = try known(.closed, openings: [opening], agreement: agreement)
            let release = try outcome(signed, open).get()
            #expect(release.path == path && release.isOfConsenting == (path == .consent) && release.smallestClass == 10)
            #expect(refusal(signed, open, days: 29) == nil)
            #expect(refusal(signed, open, days: 30) == .closed)
        }
        let processed = try ResearchBench.opening(.processed, .open)
        #expect(try outcome(plain, known(.closed, openings: [processed])).get().level == .open)
        // An opening of what is not closed changes nothing.
        #expect(refusal(plain, try known(.conditional, openings: [processed])) == .agreementNeeded)
    }

    @Test("RE-25: an agreement lacks none of its five parts", arguments: 0..<5)
    func terms(missing: Int) {
        for empty in ["", " \n"] {
            var texts = ["usage", "conditions", "products", "confidentiality", "security"]
            let name = texts[missing]
            texts[missing] = empty
            #expect {
                _ = try DataUseAgreement.Terms(
                    usage: texts[0], conditions: texts[1], products: texts[2], confidentiality: texts[3], security: texts[4])
            } throws: { ($0 as? DomainError)?.field == name }
        }
    }
}
