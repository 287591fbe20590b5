import SampanDomain
import SampanIdentity
import SampanServices
import StoreTestSupport
import Synchronization

/// An index in a file of its own, with a clock that stands.
struct TestIndex {
    let directory: TemporaryDirectory
    let index: PatientIndex

    init() async throws {
        directory = try TemporaryDirectory()
        index = try await PatientIndexFile.open(
            path: directory.file(), secret: (0..<32).map { UInt8($0) }, now: { UnixTime(nanoseconds: 1_795_000_000_000_000_000) })
    }

    @discardableResult
    func register(
        _ localID: String, at institution: String = "H1", request: String? = nil, _ demographics: Demographics
    ) async throws -> RegistrationOutcome {
        try await index.register(
            Registration(
                institution: institution, localID: localID, demographics: demographics,
                requestID: request ?? "\(institution)-\(localID)-\(demographics.hashValue)"), actor: "test")
    }
}

extension Demographics {
    static let mother = Demographics(
        name: "王晓梅", sex: "2", birthDate: "19900307", idType: "01", idNumber: "329901199003070024", phone: "10001112223",
        address: "江海省江海市云溪县城关镇人民路1号2幢1单元301室")

    static func with(_ base: Demographics, _ change: (inout Demographics) -> Void) -> Demographics {
        var copy = base
        change(&copy)
        return copy
    }
}

/// A right citizen number of an invented person.
func number(_ birth: String, _ order: String, region: String = "329901") -> String {
    let digits = Array("\(region)\(birth)\(order)".utf8)
    return String(decoding: digits + [CitizenNumber.check(digits[...])], as: UTF8.self)
}
