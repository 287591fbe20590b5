internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// Two small tables that every region needs and that do not change: so that a node that was just founded can be used. Larger ones are
/// imported (`sampan codes import`).
enum DefaultCodes {
    private static let tables: [(system: String, name: String, csv: String)] = [
        ("SEX", "GB/T 2261.1 人的性别代码", "code,name,parent\n0,未知的性别,\n1,男性,\n2,女性,\n9,未说明的性别,\n"),
        (
            "IDENTITY_DOCUMENT", "CV02.01.101 身份证件类别代码",
            """
            code,name,parent
            01,居民身份证,
            02,居民户口簿,
            03,护照,
            04,军官证,
            05,驾驶证,
            06,港澳居民来往内地通行证,
            07,台湾居民来往内地通行证,
            99,其他法定有效证件,

            """
        ),
    ]

    /// Enters those that have no version at all.
    static func publish(now: UnixTime, _ tx: borrowing Transaction) throws {
        for table in tables where try CodeRows.newest(table.system, tx) == nil {
            var sheet = RegistrySheet(Array(table.csv.utf8), header: CodeSheet.header)
            guard let codes = CodeSheet(&sheet) else { throw RegistryError.unreadable }
            let request = IdentityV1.PublishCodesRequest(system: table.system, name: table.name, label: "built in")
            _ = try CodePublication(request, by: "built in").run(codes, isLook: false, now: now, tx)
        }
    }
}
