#include "app/desktop/theme.h"

#include "app/desktop/check_box_style.h"

#include <QApplication>
#include <QToolTip>

#include <array>
#include <utility>

namespace ternbench {

namespace {

struct ThemeColors
{
    QRgb window, base, alternate, button, text, disabledText, placeholder;
    QRgb highlight, highlightedText, disabledHighlight, link, visited, toolTip, toolTipText, bright;
    QRgb lighter, midlight, mid, darker, shadow; ///< bevels
};

constexpr ThemeColors lightColors{0xffefefef, 0xffffffff, 0xfff5f6f8, 0xfff4f4f4, 0xff1b1d21,
                                  0xff85888e, 0xff6b6f76, 0xff1f5fbf, 0xffffffff, 0xffb9c0ca,
                                  0xff0b57b5, 0xff6a3fa0, 0xfffffbe6, 0xff1b1d21, 0xffc01c28,
                                  0xffffffff, 0xffe3e3e3, 0xffb8b8b8, 0xff9f9f9f, 0xff767676};

constexpr ThemeColors darkColors{0xff2b2d30, 0xff1e1f22, 0xff26282c, 0xff36393e, 0xffe4e6ea,
                                 0xff82868e, 0xff9a9fa8, 0xff3574d6, 0xffffffff, 0xff4a4f57,
                                 0xff7fb3ff, 0xffc3a3f0, 0xff3c3f45, 0xfff0f1f3, 0xffff7b72,
                                 0xff4c5057, 0xff43474d, 0xff3a3d42, 0xff1a1b1e, 0xff0f1012};

void setForAll(QPalette& palette, const ThemeColors& colors)
{
    using Role = QPalette::ColorRole;
    const std::array<std::pair<Role, QRgb>, 20> roles{{
        {QPalette::Window, colors.window},
        {QPalette::WindowText, colors.text},
        {QPalette::Base, colors.base},
        {QPalette::AlternateBase, colors.alternate},
        {QPalette::Text, colors.text},
        {QPalette::Button, colors.button},
        {QPalette::ButtonText, colors.text},
        {QPalette::BrightText, colors.bright},
        {QPalette::Highlight, colors.highlight},
        {QPalette::HighlightedText, colors.highlightedText},
        {QPalette::Link, colors.link},
        {QPalette::LinkVisited, colors.visited},
        {QPalette::ToolTipBase, colors.toolTip},
        {QPalette::ToolTipText, colors.toolTipText},
        {QPalette::PlaceholderText, colors.placeholder},
        {QPalette::Light, colors.lighter},
        {QPalette::Midlight, colors.midlight},
        {QPalette::Mid, colors.mid},
        {QPalette::Dark, colors.darker},
        {QPalette::Shadow, colors.shadow},
    }};
    for (const auto& [role, rgb] : roles)
        palette.setColor(QPalette::All, role, QColor::fromRgb(rgb));
}

QPalette paletteOf(const ThemeColors& colors)
{
    QPalette palette;
    setForAll(palette, colors);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(colors.disabledText));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor::fromRgb(colors.disabledHighlight));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor::fromRgb(colors.text));
    palette.setColor(QPalette::Disabled, QPalette::Base, QColor::fromRgb(colors.window));
    return palette;
}

} // namespace

QPalette lightPalette()
{
    return paletteOf(lightColors);
}

QPalette darkPalette()
{
    return paletteOf(darkColors);
}

QPalette systemPalette(const QPalette& platform)
{
    constexpr double share = 0.45; // of the text's own colour
    QPalette palette;
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        const QColor text = platform.color(QPalette::Active, role);
        const QColor ground = platform.color(QPalette::Active, QPalette::Window);
        const auto mix = [](int a, int b) { return int(share * a + (1.0 - share) * b); };
        palette.setColor(QPalette::Disabled, role,
                         QColor(mix(text.red(), ground.red()), mix(text.green(), ground.green()),
                                mix(text.blue(), ground.blue())));
    }
    return palette;
}

void applyTheme(QApplication& application, ThemeChoice choice)
{
    application.setStyle(new CheckBoxStyle);
    application.setPalette(QPalette()); // the platform's own colours
    const QPalette palette = choice == ThemeChoice::Light  ? lightPalette()
                             : choice == ThemeChoice::Dark ? darkPalette()
                                                           : systemPalette(application.palette());
    application.setPalette(palette);
    QToolTip::setPalette(application.palette());
}

QString themeName(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::Light:
        return QStringLiteral("light");
    case ThemeChoice::Dark:
        return QStringLiteral("dark");
    case ThemeChoice::System:
        break;
    }
    return QStringLiteral("system");
}

std::optional<ThemeChoice> themeFromName(const QString& name)
{
    for (const ThemeChoice choice : {ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark})
        if (themeName(choice) == name)
            return choice;
    return std::nullopt;
}

} // namespace ternbench
