; Setup.exe for one user, without rights: tdp-xlsx-VERSION-setup.exe [/S]. Made by windows/build.py.
; It takes away what it laid and nothing else: a working folder, wherever it lies, stays.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
RequestExecutionLevel user
ManifestDPIAware true
LoadLanguageFile "${NSISDIR}/Contrib/Language files/Vietnamese.nlf"
Name "tdp-xlsx ${VERSION}"
OutFile "${SETUP}"
InstallDir "$LOCALAPPDATA\Programs\tdp-xlsx"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\tdp-xlsx"
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

!macro takeAway
  ; A program that runs holds its folder: then nothing is touched.
  RMDir /r "$INSTDIR\python.old"
  ClearErrors
  IfFileExists "$INSTDIR\python\*.*" 0 +2
  Rename "$INSTDIR\python" "$INSTDIR\python.old"
  IfErrors 0 +4
  MessageBox MB_OK|MB_ICONSTOP "tdp-xlsx đang chạy: đóng các cửa sổ của chương trình rồi làm lại." /SD IDOK
  SetErrorLevel 2
  Quit
  RMDir /r "$INSTDIR\python.old"
  RMDir /r "$INSTDIR\giay-phep"
  RMDir /r "$INSTDIR\huong-dan"
  Delete "$INSTDIR\tdp-xlsx.cmd"
!macroend

Section
  !insertmacro takeAway
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\tdp-xlsx.lnk" "$INSTDIR\tdp-xlsx.cmd"
  WriteRegStr HKCU "${KEY}" "DisplayName" "tdp-xlsx ${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
SectionEnd

Section Uninstall
  !insertmacro takeAway
  Delete "$SMPROGRAMS\tdp-xlsx.lnk"
  DeleteRegKey HKCU "${KEY}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
SectionEnd
