// Included by kernels_impl.h: the projection of groups of 8 and 4, whole registers at a time.

#if defined(__AVX512F__) && defined(__FMA__)

/// Which members of the groups in a register are kept.
struct Choice
{
    __mmask16 keep;
    bool unclear; ///< members of equal magnitude: the reference is to decide
};

/// What is common to all ways of choosing: `choose` gets the magnitudes, as floats and as integers (the order
/// of non-negative floats), of 16 weights in whole groups of N.
template <int N, class Choose>
CodeRowSums codeRowChosen(const CodeRow& row, const Choose& choose)
{
    constexpr int lanes = 16;
    const __m512i signBit = _mm512_set1_epi32(int(0x80000000u));
    const __m512 rowInverse = _mm512_set1_ps(row.rowInverse), rowFactor = _mm512_set1_ps(row.row);
    __m512 magnitudeSum = _mm512_setzero_ps(), allSum = _mm512_setzero_ps();
    CodeRowSums sums;

    const int whole = row.count / N * N / lanes * lanes;
    for (int j = 0; j < whole; j += lanes) {
        const __m512 w = _mm512_loadu_ps(row.weights + j);
        const __m512 u = _mm512_mul_ps(_mm512_mul_ps(w, _mm512_loadu_ps(row.columnInverse + j)), rowInverse);
        const __m512i key = _mm512_andnot_si512(signBit, _mm512_castps_si512(u));
        const __m512 magnitude = _mm512_castsi512_ps(key);
        const Choice choice = choose(magnitude, key);
        if (choice.unclear) {
            for (int first = j; first < j + lanes; first += N)
                codeGroup(row, first, N, sums);
            continue;
        }
        const __m512 level = _mm512_mul_ps(rowFactor, _mm512_loadu_ps(row.column + j));
        const __m512i value =
            _mm512_or_si512(_mm512_and_si512(signBit, _mm512_castps_si512(w)), _mm512_castps_si512(level));
        _mm512_storeu_ps(row.effective + j, _mm512_castsi512_ps(_mm512_maskz_mov_epi32(choice.keep, value)));
        magnitudeSum = _mm512_mask_add_ps(magnitudeSum, choice.keep, magnitudeSum, magnitude);
        allSum = _mm512_add_ps(allSum, magnitude);
        sums.nonZeros += __builtin_popcount(choice.keep);
    }
    alignas(64) float kept[lanes];
    alignas(64) float all[lanes];
    _mm512_store_ps(kept, magnitudeSum);
    _mm512_store_ps(all, allSum);
    for (int i = 0; i < lanes; ++i) {
        sums.magnitude += double(kept[i]);
        sums.allMagnitude += double(all[i]);
    }
    for (int first = whole; first < row.count; first += N)
        codeGroup(row, first, row.count - first < N ? row.count - first : N, sums);
    return sums;
}

/// For groups of 8 and of 4, two or four to a register: the rank of each magnitude in its group is the number
/// of members that come before it, counted by comparing with each rotation of the group. "j is not below i
/// and lies before it" is "j > i - 1", so that ties go to the lower position with the same single compare.
template <int N>
CodeRowSums codeRowRanked(const CodeRow& row)
{
    static_assert(N == 8 || N == 4);
    constexpr int lanes = 16;
    __m512i rotation[N];
    __m512i tie[N];
    for (int r = 1; r < N; ++r) {
        alignas(64) int lane[lanes];
        alignas(64) int before[lanes];
        for (int i = 0; i < lanes; ++i) {
            const int base = i / N * N, own = i % N, other = (own + r) % N;
            lane[i] = base + other;
            before[i] = other < own ? 1 : 0;
        }
        rotation[r] = _mm512_load_si512(lane);
        tie[r] = _mm512_load_si512(before);
    }
    const __m512 threshold = _mm512_set1_ps(row.threshold);
    const __m512i most = _mm512_set1_epi32(row.maxNonZeros), least = _mm512_set1_epi32(row.minNonZeros);
    const __m512i one = _mm512_set1_epi32(1);
    return codeRowChosen<N>(row, [&](__m512 magnitude, __m512i key) {
        __m512i rank = _mm512_setzero_si512();
        for (int r = 1; r < N; ++r) {
            const __m512i other = _mm512_add_epi32(_mm512_permutexvar_epi32(rotation[r], key), tie[r]);
            rank = _mm512_mask_add_epi32(rank, _mm512_cmpgt_epi32_mask(other, key), rank, one);
        }
        const __mmask16 large = __mmask16(_mm512_cmp_ps_mask(magnitude, threshold, _CMP_GT_OQ) |
                                          _mm512_cmpgt_epi32_mask(least, rank));
        return Choice{__mmask16(_mm512_cmpgt_epi32_mask(most, rank) & large), false};
    });
}

/// For groups of 8 of which at most K = 1 or 2 are kept: the K-th largest magnitude of each group by a
/// tournament of three rounds; what is not below it is kept. Faster than the ranks, but unclear where equal
/// magnitudes make that more than K.
template <int K>
CodeRowSums codeRowLargest(const CodeRow& row)
{
    static_assert(K == 1 || K == 2);
    constexpr int groups = 2; // in a register
    const __m512 threshold = _mm512_set1_ps(row.threshold);
    const __mmask16 firstAlways = row.minNonZeros >= 1 ? 0xFFFF : 0;
    const __mmask16 allAlways = row.minNonZeros >= K ? 0xFFFF : 0;
    return codeRowChosen<8>(row, [&](__m512 magnitude, __m512i key) {
        const __m512i beside = _mm512_shuffle_epi32(key, _MM_PERM_CDAB);
        __m512i largest = _mm512_max_epi32(key, beside), second = _mm512_min_epi32(key, beside);
        const auto meet = [&](__m512i otherLargest, __m512i otherSecond) {
            second = _mm512_max_epi32(_mm512_min_epi32(largest, otherLargest),
                                      _mm512_max_epi32(second, otherSecond));
            largest = _mm512_max_epi32(largest, otherLargest);
        };
        meet(_mm512_shuffle_epi32(largest, _MM_PERM_BADC), _mm512_shuffle_epi32(second, _MM_PERM_BADC));
        meet(_mm512_shuffle_i32x4(largest, largest, 0xB1), _mm512_shuffle_i32x4(second, second, 0xB1));

        const __mmask16 first = _mm512_cmpge_epi32_mask(key, largest);
        const __mmask16 candidates = K == 1 ? first : _mm512_cmpge_epi32_mask(key, second);
        const __mmask16 large = _mm512_cmp_ps_mask(magnitude, threshold, _CMP_GT_OQ);
        const auto keep = __mmask16((candidates & (large | allAlways)) | (first & firstAlways));
        const bool equals = __builtin_popcount(candidates) != K * groups ||
                            (firstAlways && __builtin_popcount(first) != groups);
        return Choice{keep, equals && keep};
    });
}

#elif defined(__AVX2__) && defined(__FMA__)

inline float horizontalSum(__m256 value)
{
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    sum = _mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1));
    return _mm_cvtss_f32(sum);
}

/// The ranks of groups of 8 and of 4 as in the 512-bit kernels, one or two groups to a register.
template <int N>
CodeRowSums codeRowRanked(const CodeRow& row)
{
    static_assert(N == 8 || N == 4);
    __m256i rotation[N];
    __m256i tie[N];
    for (int r = 1; r < N; ++r) {
        alignas(32) int lane[8];
        alignas(32) int before[8];
        for (int i = 0; i < 8; ++i) {
            const int base = i / N * N, own = i % N, other = (own + r) % N;
            lane[i] = base + other;
            before[i] = other < own ? 1 : 0;
        }
        rotation[r] = _mm256_load_si256(reinterpret_cast<const __m256i*>(lane));
        tie[r] = _mm256_load_si256(reinterpret_cast<const __m256i*>(before));
    }
    const __m256 signBit = _mm256_set1_ps(-0.0f);
    const __m256 threshold = _mm256_set1_ps(row.threshold);
    const __m256 rowInverse = _mm256_set1_ps(row.rowInverse), rowFactor = _mm256_set1_ps(row.row);
    const __m256i most = _mm256_set1_epi32(row.maxNonZeros), least = _mm256_set1_epi32(row.minNonZeros);
    __m256 magnitudeSum = _mm256_setzero_ps(), allSum = _mm256_setzero_ps();
    __m256i count = _mm256_setzero_si256();

    const int whole = row.count / N * N / 8 * 8;
    for (int j = 0; j < whole; j += 8) {
        const __m256 w = _mm256_loadu_ps(row.weights + j);
        const __m256 u = _mm256_mul_ps(_mm256_mul_ps(w, _mm256_loadu_ps(row.columnInverse + j)), rowInverse);
        const __m256 magnitude = _mm256_andnot_ps(signBit, u);
        const __m256i key = _mm256_castps_si256(magnitude);
        __m256i rank = _mm256_setzero_si256(); // minus the number of members before
        for (int r = 1; r < N; ++r) {
            const __m256i other = _mm256_permutevar8x32_epi32(key, rotation[r]);
            rank = _mm256_add_epi32(rank, _mm256_cmpgt_epi32(_mm256_add_epi32(other, tie[r]), key));
        }
        rank = _mm256_sub_epi32(_mm256_setzero_si256(), rank);
        const __m256i large =
            _mm256_or_si256(_mm256_castps_si256(_mm256_cmp_ps(magnitude, threshold, _CMP_GT_OQ)),
                            _mm256_cmpgt_epi32(least, rank));
        const __m256i keep = _mm256_and_si256(_mm256_cmpgt_epi32(most, rank), large);
        const __m256 keepMask = _mm256_castsi256_ps(keep);
        const __m256 level = _mm256_mul_ps(rowFactor, _mm256_loadu_ps(row.column + j));
        const __m256 value = _mm256_or_ps(_mm256_and_ps(signBit, w), level);
        _mm256_storeu_ps(row.effective + j, _mm256_and_ps(keepMask, value));
        magnitudeSum = _mm256_add_ps(magnitudeSum, _mm256_and_ps(keepMask, magnitude));
        allSum = _mm256_add_ps(allSum, magnitude);
        count = _mm256_sub_epi32(count, keep);
    }
    alignas(32) int counts[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(counts), count);
    CodeRowSums sums{double(horizontalSum(magnitudeSum)), double(horizontalSum(allSum)), 0};
    for (const int each : counts)
        sums.nonZeros += each;
    for (int first = whole; first < row.count; first += N)
        codeGroup(row, first, row.count - first < N ? row.count - first : N, sums);
    return sums;
}

#endif
