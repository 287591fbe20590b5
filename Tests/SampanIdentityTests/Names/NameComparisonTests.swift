import SampanIdentity
import Testing

@Suite("Comparing records")
struct NameComparisonTests {
    private static let scorer = MatchScorer(model: .initial, frequencies: TermFrequencies())

    private static func level(_ field: String, _ left: Demographics, _ right: Demographics) -> String {
        MatchExplanation(PersonFeatures(left), PersonFeatures(right), scorer, .standard).fields.first { $0.field == field }?.level ?? ""
    }

    @Test(
        "names",
        arguments: [
            ("王丽", "王丽", "same"), ("劉鳳", "刘凤", "same"), ("张峯明", "张峰明", "same"), ("陈 涵若", "陈涵若1", "same"), ("杨海发（男）", "杨海发", "same"),
            ("古丽娜尔·吐尔逊", "古丽娜尔.吐尔逊", "same"), ("张丽", "章莉", "homophone"), ("李雪", "黎学", "homophone"), ("贾倩㛃", "贾倩JIE", "gap"),
            ("贾倩㛃", "贾倩?", "gap"), ("宋晗妍", "宋妍晗", "swapped"), ("彭欣可", "彭紫可", "oneOther"), ("彭欣可", "彭紫怡", "surname"),
            ("王伟", "李强", "different"),
            ("未知", "王伟", "missing"), ("", "王伟", "missing"), ("王洁之女", "王洁之婴", "sameMother"),
        ])
    func names(_ left: String, _ right: String, _ level: String) {
        #expect(Self.level("name", Demographics(name: left), Demographics(name: right)) == level)
        #expect(Self.level("name", Demographics(name: right), Demographics(name: left)) == level)
    }

    @Test(
        "birth dates",
        arguments: [
            ("19900307", "19900307", "same"), ("19900307", "19900703", "monthDaySwapped"), ("19900307", "19900211", "lunar"),
            ("19900307", "19910307", "otherYear"), ("19900307", "19900101", "yearOnly"), ("19900307", "19900308", "nearDay"),
            ("19900307", "19750822", "different"), ("19900307", "19000101", "missing"), ("19900307", "", "missing"),
        ])
    func births(_ left: String, _ right: String, _ level: String) {
        #expect(Self.level("birth_date", Demographics(birthDate: left), Demographics(birthDate: right)) == level)
    }

    @Test("a placeholder telephone says nothing", arguments: ["00000000000", "11111111111", "13800000000", "12345678901", ""])
    func phones(_ phone: String) {
        #expect(Self.level("phone", Demographics(phone: phone), Demographics(phone: phone)) == "missing")
    }

    @Test(
        "addresses",
        arguments: [
            ("江海省江海市云溪县青山镇人民路4号", "云溪县青山镇人民路4号", "house"), ("青山镇", "云溪县青山镇人民路4号", "town"),
            ("青山镇人民路5号", "云溪县青山镇人民路4号", "otherHouse"), ("新桥镇", "云溪县青山镇人民路4号", "otherTown"), ("", "青山镇", "missing"),
        ])
    func addresses(_ left: String, _ right: String, _ level: String) {
        #expect(Self.level("address", Demographics(address: left), Demographics(address: right)) == level)
    }

    @Test("texts of any kind are read without a trap")
    func anything() {
        for text in ["之", "之女", "王之", "·", "（）", "(((", "\u{0}", "𠮷野家", "👨‍👩‍👧", String(repeating: "王", count: 300), "a之b", "O'Neil John"] {
            let record = Demographics(
                name: text, sex: text, birthDate: text, idType: text, idNumber: text, phone: text, address: text,
                guardianName: text, guardianNumber: text)
            _ = BlockingKeys.keys(PersonFeatures(record))
            #expect(MatchExplanation(PersonFeatures(record), PersonFeatures(record), Self.scorer, .standard).fields.count == 7)
        }
    }
}
